import { access, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { KioskError } from '../../errors.js';

/** Extensions a set may have been saved with, whatever its list says. */
const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp'] as const;

/**
 * The bytes of a picture of a labelled set, under its own name or with another extension, in its person's folder or
 * without. @throws `face.image-unreadable`
 */
export async function readImage(dir: string, file: string): Promise<Uint8Array> {
  const path = await imagePath(dir, file);
  if (path === undefined) throw new KioskError('face.image-unreadable', `${file} is not there`);
  return readFile(path).catch((cause: unknown) => {
    throw new KioskError('face.image-unreadable', file, { cause });
  });
}

/** Where a picture of a labelled set lies; undefined when it is not there. */
export async function imagePath(dir: string, file: string): Promise<string | undefined> {
  const stem = file.slice(0, file.length - extname(file).length);
  const names = [file, ...EXTENSIONS.map((extension) => stem + extension)];
  for (const name of [...names, ...names.map((path) => basename(path))]) {
    const path = join(dir, name);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}
