// @ts-check
import { join } from 'node:path';
import { readJson } from './files.mjs';
import { SetUpFailure } from './failure.mjs';

/**
 * A file of models/: where it comes from and what it must be. Without `package` the operator puts it there.
 * @typedef {{ file: string, package?: string, from?: string, bytes: number, sha256: string }} ModelEntry
 *
 * A photograph of the demo's cast: `bytes` and `sha256` are those of the picture it is cropped from.
 * @typedef {{ left: number, top: number, width: number, height: number }} Crop
 * @typedef {ModelEntry & { crop: Crop }} CastEntry
 *
 * @typedef {{ packages: Record<string, { version: string }>, files: ModelEntry[], cast: CastEntry[] }} Manifest
 */

/**
 * The part of models/manifest.json that says what to fetch.
 * @type {(modelsDir: string) => Promise<Manifest>}
 */
export async function readManifest(modelsDir) {
  const manifest = await readJson(join(modelsDir, 'manifest.json'));
  if (!manifest?.packages || !Array.isArray(manifest.files)) {
    throw new SetUpFailure('models/manifest.json is missing or damaged: restore it from the repository.');
  }
  return { cast: [], ...manifest };
}

/**
 * `name@1.2.3`, always an exact version.
 * @type {(manifest: Manifest, entry: ModelEntry) => string | undefined}
 */
export function specOf(manifest, entry) {
  if (!entry.package) return undefined;
  const version = manifest.packages[entry.package]?.version ?? '';
  if (!/^\d+\.\d+\.\d+/.test(version)) {
    throw new SetUpFailure(
      `models/manifest.json names no exact version of ${entry.package}, which ${entry.file} needs.`,
    );
  }
  return `${entry.package}@${version}`;
}
