// @ts-check
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * Gets the named files of an npm package at an exact version into a folder, as `into/package/…`.
 * @typedef {(spec: string, wanted: readonly string[], into: string) => Promise<void>} FetchPackage
 */

/**
 * From the registry that npm is configured for. The package is never installed and none of its scripts run.
 * @type {FetchPackage}
 */
export async function fetchPackage(spec, wanted, into) {
  // @ts-expect-error pacote carries no types
  const { default: pacote } = await import('pacote');
  const { extract } = await import('tar');
  const names = new Set(wanted);
  /** @type {(tarball: NodeJS.ReadableStream) => Promise<void>} */
  const unpack = (tarball) =>
    pipeline(
      tarball,
      extract({ cwd: into, filter: (path, entry) => 'type' in entry && entry.type === 'File' && names.has(path) }),
    );
  await pacote.tarball.stream(spec, unpack, await npmOptions());
}

/** Registry, proxies and certificates as npm has them, under the names that pacote uses. */
async function npmOptions() {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const { stdout } = await promisify(execFile)('npm', ['config', 'list', '--json'], { cwd, maxBuffer: 1 << 24 });
  const config = JSON.parse(stdout);
  const scopes = Object.entries(config).filter(([key]) => /^@[^:]+:registry$/.test(key));
  return {
    registry: config.registry,
    ...Object.fromEntries(scopes),
    cache: join(config.cache, '_cacache'),
    proxy: config.proxy ?? undefined,
    httpsProxy: config['https-proxy'] ?? undefined,
    noProxy: config.noproxy?.[0] ? config.noproxy : undefined,
    strictSSL: config['strict-ssl'],
    ca: config.cafile ? await readFile(config.cafile, 'utf8') : (config.ca ?? undefined),
    preferOffline: true,
  };
}
