import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LibraryPhotoDecoder } from '../../../../drivers/id-reader/photo-library/index.js';
import { rootDir } from '../../../../src/lib/paths.js';

const SOURCE = join(rootDir, 'test/drivers/id-reader/photo-library/maker.c');
const FIELD_BYTES = 1_024;

/** Builds the library that stands in for a maker's (`maker.c`). @returns its path; `remove` deletes it */
export function buildLibrary(): { readonly path: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'maker-'));
  const path = join(folder, 'libmaker.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', path, SOURCE]);
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}

/** A photo field that makes the library do what the letter stands for. */
export function fieldFor(letter: string, rest: Uint8Array = new Uint8Array()): Uint8Array {
  const field = new Uint8Array(FIELD_BYTES);
  field[0] = letter.charCodeAt(0);
  field.set(rest, 1);
  return field;
}

export function libraryDecoder(
  library: string,
  options: { readonly symbol?: string; readonly call?: 'unpack' | 'lengths'; readonly timeoutMs?: number } = {},
): LibraryPhotoDecoder {
  const { symbol = 'unpack', call = 'unpack', timeoutMs = 2_000 } = options;
  return new LibraryPhotoDecoder({ name: 'idReader.photo', library, symbol, call, timeoutMs });
}
