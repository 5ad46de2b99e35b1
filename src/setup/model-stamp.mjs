// @ts-check
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readIfThere, readJson, sha256, statIfThere, writeWhole } from './files.mjs';

/**
 * What set-up knew of a file when it last looked: as long as size and time of change are the same, it need not read it again.
 * The service itself compares every model with its SHA-256 whenever it starts.
 * @typedef {{ made: string, sha256: string, bytes: number, mtimeMs: number }} Known
 * @typedef {import('./manifest.mjs').ModelEntry | import('./manifest.mjs').CastEntry} Entry
 */

/** @type {(modelsDir: string) => string} */
const stampOf = (modelsDir) => join(modelsDir, 'cast', '.set-up.json');

/** @type {(modelsDir: string) => Promise<Record<string, Known>>} */
export const readStamp = async (modelsDir) => (await readJson(stampOf(modelsDir))) ?? {};

/** @type {(modelsDir: string, stamp: Record<string, Known>) => Promise<void>} */
export async function writeStamp(modelsDir, stamp) {
  await mkdir(dirname(stampOf(modelsDir)), { recursive: true });
  await writeWhole(stampOf(modelsDir), `${JSON.stringify(stamp, null, 1)}\n`);
}

/** How a file came about: another source, crop or version makes another file. @type {(entry: Entry) => string} */
const recipe = (entry) => sha256(JSON.stringify([entry.sha256, 'crop' in entry ? entry.crop : null]));

/**
 * What is to be remembered of a file that is right, or undefined when it is missing or another one.
 * @param {string} modelsDir
 * @param {Entry} entry
 * @param {Known | undefined} known
 * @returns {Promise<Known | undefined>}
 */
export async function recognise(modelsDir, entry, known) {
  const path = join(modelsDir, entry.file);
  const found = await statIfThere(path);
  if (!found?.isFile()) return undefined;
  const sameRecipe = known?.made === recipe(entry);
  if (sameRecipe && known.bytes === found.size && known.mtimeMs === found.mtimeMs) return known;
  const expected = 'crop' in entry ? sameRecipe && known.sha256 : entry.sha256;
  const actual = sha256((await readIfThere(path)) ?? '');
  if (actual !== expected) return undefined;
  return { made: recipe(entry), sha256: actual, bytes: found.size, mtimeMs: found.mtimeMs };
}

/**
 * The same of a file that was just made.
 * @param {string} modelsDir
 * @param {Entry} entry
 * @returns {Promise<Known>}
 */
export async function remember(modelsDir, entry) {
  const path = join(modelsDir, entry.file);
  const { size, mtimeMs } = (await statIfThere(path)) ?? { size: 0, mtimeMs: 0 };
  return { made: recipe(entry), sha256: sha256((await readIfThere(path)) ?? ''), bytes: size, mtimeMs };
}
