import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, normalize, resolve } from 'node:path';
import { KioskError } from '../../errors.js';
import { readPicture } from '../../lib/read-picture.js';

/** Extensions a set may have been saved with, whatever its list says and in whatever case. */
const EXTENSIONS: readonly string[] = ['.jpg', '.jpeg', '.png', '.webp'];

/**
 * Where the pictures of a labelled set lie: under their own names or with another extension, in their person's folder or
 * without; a path from the root as it is. What two names of the list could mean is taken for neither of them.
 */
export class ImageFolder {
  readonly #dir: string;
  /** How many names of the list could mean what is called so. */
  readonly #meanings = new Map<string, number>();
  /** Files by their names without extension, of each folder that was looked into. */
  readonly #folders = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();

  /** @param names all names of the list */
  constructor(dir: string, names: Iterable<string>) {
    this.#dir = dir;
    for (const name of new Set([...names].map(normalize))) {
      for (const called of new Set([stemOf(name), basename(name), stemOf(basename(name))])) {
        this.#meanings.set(called, (this.#meanings.get(called) ?? 0) + 1);
      }
    }
  }

  /** The bytes of a picture. @throws `face.image-unreadable`, `face.image-too-large` */
  async read(file: string): Promise<Uint8Array> {
    const path = await this.path(file);
    if (path === undefined) throw new KioskError('face.image-unreadable', `${file} is not there`);
    return readPicture(path);
  }

  /** Where a picture lies; undefined when it is not there, or cannot be told from another one. */
  async path(file: string): Promise<string | undefined> {
    const name = normalize(file);
    const base = basename(name);
    return (
      (await this.#exactly(name)) ??
      (this.#isOne(stemOf(name)) ? await this.#saved(name) : undefined) ??
      (this.#isOne(base) ? await this.#exactly(base) : undefined) ??
      (this.#isOne(stemOf(base)) ? await this.#saved(base) : undefined)
    );
  }

  #isOne(called: string): boolean {
    return (this.#meanings.get(called) ?? 0) <= 1;
  }

  async #exactly(name: string): Promise<string | undefined> {
    const path = resolve(this.#dir, name);
    return (await this.#alike(path)).includes(basename(path)) ? path : undefined;
  }

  /** With whichever extension it was saved. */
  async #saved(name: string): Promise<string | undefined> {
    const path = resolve(this.#dir, name);
    const files = await this.#alike(path);
    const found = EXTENSIONS.flatMap((wanted) => files.filter((file) => extname(file).toLowerCase() === wanted));
    return found[0] === undefined ? undefined : resolve(dirname(path), found[0]);
  }

  /** Files of the same folder and name but for the extension. */
  async #alike(path: string): Promise<readonly string[]> {
    const folder = dirname(path);
    const files = this.#folders.get(folder) ?? filesByStem(folder);
    this.#folders.set(folder, files);
    return (await files).get(stemOf(basename(path))) ?? [];
  }
}

/** A folder that is not there has no files. */
async function filesByStem(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = await readdir(folder).catch((): string[] => []);
  const files = new Map<string, string[]>();
  for (const name of names.sort()) files.set(stemOf(name), [...(files.get(stemOf(name)) ?? []), name]);
  return files;
}

function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}
