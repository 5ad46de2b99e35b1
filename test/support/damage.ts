import { mkdir, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '../../src/errors.js';
import { journalPaths } from '../../src/journal/paths.js';

/** Something that happens to the files of a journal, and what the program says then. */
export interface Damage {
  readonly does: (dir: string) => Promise<unknown>;
  readonly code: ErrorCode;
  /** What the detail names. */
  readonly names?: RegExp;
}

const db = (dir: string): string => journalPaths(dir).file;
const log = (dir: string): string => `${db(dir)}-wal`;

export async function flip(file: string, at: number, bit = 0): Promise<void> {
  const bytes = await readFile(file);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  const opened = await open(file, 'r+');
  await opened.write(bytes, at, 1, at);
  await opened.close();
}

async function middle(file: string): Promise<number> {
  return (await readFile(file)).length >> 1;
}

/** Of a journal of a kiosk that was killed: its newest commits are in the write-ahead log. */
export const damages: Readonly<Record<string, Damage>> = {
  'a file that is no database': {
    does: (dir) => writeFile(db(dir), Buffer.alloc(8_192, 'garbage ')),
    code: 'journal.corrupt',
  },
  'an empty file': { does: (dir) => truncate(db(dir), 0), code: 'journal.corrupt' },
  'a file cut off in its header': { does: (dir) => truncate(db(dir), 60), code: 'journal.corrupt' },
  'a file that is gone, and its log': {
    does: async (dir) => {
      await rm(db(dir));
      await rm(log(dir));
    },
    code: 'journal.missing',
    names: /had 3 entries/,
  },
  'a folder in its place': {
    does: async (dir) => {
      await rm(db(dir));
      await mkdir(db(dir));
    },
    code: 'journal.unwritable',
  },
  'a write-ahead log that is gone': {
    does: (dir) => rm(log(dir)),
    code: 'journal.corrupt',
    names: /entr|empty/,
  },
  'a write-ahead log that is empty': { does: (dir) => truncate(log(dir), 0), code: 'journal.corrupt' },
  'a write-ahead log that is cut off': {
    does: async (dir) => truncate(log(dir), (await readFile(log(dir))).length - 5_000),
    code: 'journal.corrupt',
    names: /entries 3…3, the newest, are missing/,
  },
  'a bit flipped in the write-ahead log': {
    does: async (dir) => flip(log(dir), await middle(log(dir))),
    code: 'journal.corrupt',
  },
  'an older copy of the journal in its place': {
    does: async (dir) => {
      const word = JSON.parse(await readFile(journalPaths(dir).lastWord, 'utf8')) as { entry: number };
      await writeFile(journalPaths(dir).lastWord, JSON.stringify({ ...word, entry: word.entry + 2 }));
    },
    code: 'journal.corrupt',
    names: /entries 4…5, the newest, are missing/,
  },
  'another journal in its place': {
    does: async (dir) => {
      const word = JSON.parse(await readFile(journalPaths(dir).lastWord, 'utf8')) as object;
      const epoch = '6f0c3f9e-8a35-4e0f-9a83-0d6a2c7e1b55';
      await writeFile(journalPaths(dir).lastWord, JSON.stringify({ ...word, epoch }));
    },
    code: 'journal.corrupt',
    names: /not the journal that was written here last/,
  },
};

export const folderOf = (base: string, what: string): string => join(base, what.replaceAll(/\W+/g, '-'));
