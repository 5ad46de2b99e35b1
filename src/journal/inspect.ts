import { access, constants } from 'node:fs/promises';
import { KioskError } from '../errors.js';
import { Database } from '../lib/sqlite.js';
import { examine, insistOn } from './examine.js';
import { readLastWord } from './last-word.js';
import type { journalPaths } from './paths.js';
import { checkIntegrity, schemaVersion, VERSION } from './schema.js';
import { sizeOf } from './size-of.js';
import { readSnapshot } from './sqlite-store.js';

/**
 * Looks at the journal of a folder before anybody writes to it, and changes nothing: a database that is opened for
 * writing is brought up to date from its write-ahead log when it is closed, damaged or not.
 * @returns whether there is one; a folder in which none was ever written has none
 * @throws `journal.corrupt` naming what is wrong, `journal.missing` when it is gone, `journal.too-new`, `journal.unwritable`
 */
export async function inspect({ file, lastWord }: ReturnType<typeof journalPaths>): Promise<boolean> {
  const word = await readLastWord(lastWord);
  const bytes = await sizeOf(file);
  if (bytes === undefined && word)
    throw new KioskError('journal.missing', `${file} is gone, it had ${word.entry} entries`);
  await insistOnContent(file);
  // A first start that was cut off before anything was in it.
  if (!bytes && !word) return false;
  // SQLite would make its side files in the likeness of one that may only be read, and be locked out by them later.
  await insistOnAccess(file);
  // Otherwise every commit would fail once it is durable, and the kiosk start anew each time.
  if ((await sizeOf(lastWord)) !== undefined) await insistOnAccess(lastWord);
  await Database.reading(file, (db) =>
    db.snapshot(async () => {
      await checkIntegrity(db);
      const version = await schemaVersion(db);
      if (version === VERSION) insistOn(await examine(db, await readSnapshot(db), word));
      else if (version === 0) insistOn(word ? ['it is empty'] : []);
    }),
  );
  return true;
}

/**
 * SQLite takes an empty database for a new one and deletes the write-ahead log beside it.
 * @throws `journal.corrupt`
 */
export async function insistOnContent(file: string): Promise<void> {
  if ((await sizeOf(file)) === 0 && (await sizeOf(`${file}-wal`)))
    throw new KioskError('journal.corrupt', 'it is empty');
}

async function insistOnAccess(file: string): Promise<void> {
  await access(file, constants.R_OK | constants.W_OK).catch((cause: unknown) => {
    throw new KioskError('journal.unwritable', file, { cause });
  });
}
