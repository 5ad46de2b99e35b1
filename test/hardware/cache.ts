import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runAsRoot } from './commands.js';

/** Where what is expensive to make is kept between runs, for all checkouts of this user. */
export const cacheDir = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'simkiosk-hardware');

/**
 * A folder of the cache, made by `build` when it is not there: whole or not at all.
 * @param ingredients what the content depends on
 */
export async function cached(
  name: string,
  ingredients: string | Uint8Array,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const key = createHash('sha256').update(ingredients).digest('hex').slice(0, 12);
  const folder = join(cacheDir, `${name}-${key}`);
  if (existsSync(folder)) return folder;
  const unfinished = join(cacheDir, `${name}.new`);
  // Other users may have been left in it: a root file system's.
  await runAsRoot('rm', ['-rf', unfinished]);
  await mkdir(unfinished, { recursive: true });
  await build(unfinished);
  await rename(unfinished, folder);
  return folder;
}

/**
 * Waits until no other process of this machine holds the cache. The kernel lets go of the lock of a killed one.
 * @returns what gives the cache free again
 */
export async function holdCache(tellWaiting: () => void): Promise<() => Promise<void>> {
  await mkdir(cacheDir, { recursive: true });
  const child = spawn('flock', [join(cacheDir, 'lock'), 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = setTimeout(tellWaiting, 500);
  await once(child.stdout, 'data');
  clearTimeout(waiting);
  return async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  };
}
