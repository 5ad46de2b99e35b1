import { copyFile, rename } from 'node:fs/promises';
import { basename } from 'node:path';
import { codeOf, KioskError, type ErrorCode } from '../errors.js';
import { syncFolder } from '../lib/durable-file.js';
import { inspect } from './inspect.js';
import { openJournal } from './journal.js';
import { journalPaths, SIDE_FILES } from './paths.js';
import { lockWriter } from '../lib/writer-lock.js';

/** What may be set aside, and the name that it then has. */
const NAMES: Readonly<Partial<Record<ErrorCode, string>>> = {
  'journal.corrupt': 'damaged',
  'journal.missing': 'damaged',
  'journal.foreign': 'foreign',
};

/** Who begins the new journal, and the batch that the old one may have sold cards of: it does not load itself again. */
export interface Renewal {
  readonly by: string;
  readonly at: number;
  readonly batch?: string | undefined;
}

/**
 * Sets a journal aside that is damaged, or another kiosk's, byte for byte as it is, and begins a new one: another epoch,
 * without any cards, in maintenance. The carrier hears of it as the epoch's first event. Cut off at any point, it can be
 * asked for again.
 * @returns the name under which the old one lies in the same folder
 * @throws `control.not-now` when the journal is whole and the kiosk's own
 */
export async function renewJournal(dir: string, kiosk: string, { by, at, batch }: Renewal): Promise<string> {
  const paths = journalPaths(dir);
  const lock = await lockWriter(paths.lock);
  const stamp = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  let aside: string;
  try {
    aside = `${paths.file.replace(/\.db$/, '')}.${await whatItIs(paths, kiosk)}-${stamp}`;
    await copyIfThere(paths.lastWord, `${aside}.head`);
    for (const side of SIDE_FILES) await moveIfThere(paths.file + side, `${aside}.db${side}`);
    // The names are on the disk before new ones are.
    await syncFolder(dir);
  } finally {
    await lock.release();
  }
  const journal = await openJournal(dir, kiosk, 'renewed');
  try {
    await journal.technician({ action: 'journal-renew', by, subject: basename(aside) }, at);
    if (batch !== undefined) await journal.loadBatch(batch, [], at);
  } finally {
    await journal.close();
  }
  return basename(aside);
}

async function whatItIs(paths: ReturnType<typeof journalPaths>, kiosk: string): Promise<string> {
  try {
    await inspect(paths, kiosk);
  } catch (error) {
    const name = NAMES[codeOf(error)];
    if (name !== undefined) return name;
    throw error;
  }
  throw new KioskError('control.not-now', 'the journal is whole');
}

const ifThere = (error: unknown): void => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
    throw new KioskError('journal.unwritable', undefined, { cause: error });
};
const moveIfThere = (from: string, to: string): Promise<void> => rename(from, to).catch(ifThere);
const copyIfThere = (from: string, to: string): Promise<void> => copyFile(from, to).catch(ifThere);
