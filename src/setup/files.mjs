// @ts-check
import { createHash } from 'node:crypto';
import { readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @type {(bytes: string | Uint8Array) => string} */
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** @type {(error: unknown) => undefined} */
function absent(error) {
  const code = /** @type {{ code?: string }} */ (error).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw error;
}

/** @type {(path: string) => Promise<Buffer | undefined>} */
export const readIfThere = (path) => readFile(path).catch(absent);

/** @type {(path: string) => Promise<import('node:fs').Stats | undefined>} */
export const statIfThere = (path) => stat(path).catch(absent);

/**
 * JSON of a file; undefined when there is none or it does not parse.
 * @type {(path: string) => Promise<any>}
 */
export async function readJson(path) {
  const bytes = await readIfThere(path);
  try {
    return bytes && JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Whole or not at all: a crash leaves the old file.
 * @type {(path: string, content: string | Uint8Array) => Promise<void>}
 */
export async function writeWhole(path, content) {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

/**
 * Every file below `root/folder` but those of installed packages, as paths relative to `root`; none when the folder is
 * not there.
 * @type {(root: string, folder: string) => Promise<string[]>}
 */
export const filesBelow = (root, folder) => filesOf(root, folder, (name) => name !== 'node_modules');

/** The same with those of installed packages. @type {(root: string, folder: string) => Promise<string[]>} */
export const allFilesBelow = (root, folder) => filesOf(root, folder, () => true);

/** @type {(root: string, folder: string, enters: (name: string) => boolean) => Promise<string[]>} */
async function filesOf(root, folder, enters) {
  const entries = (await readdir(join(root, folder), { withFileTypes: true }).catch(absent)) ?? [];
  const nested = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return enters(entry.name) ? filesOf(root, path, enters) : [];
      return entry.isFile() ? [path] : [];
    }),
  );
  return nested.flat().sort();
}
