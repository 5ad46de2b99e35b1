import { access, constants } from 'node:fs/promises';
import { KioskError } from '../errors.js';
import { sizeOf } from '../lib/size-of.js';
import { count, Database, text } from '../lib/sqlite.js';
import { examine, insistOn } from './examine.js';
import { readLastWord } from './last-word.js';
import type { journalPaths } from './paths.js';
import { checkIntegrity, schemaVersion, VERSION } from './schema.js';
import { readSnapshot } from './sqlite-store.js';

const UNUSABLE = 'journal.unwritable';

/**
 * Looks at the journal of a folder before anybody writes to it, and changes nothing: a database that is opened for
 * writing is brought up to date from its write-ahead log when it is closed, damaged or not.
 * @returns whether there is one; a folder in which none was ever written has none
 * @throws `journal.corrupt` naming what is wrong, `journal.missing` when it is gone, `journal.too-new`, `journal.foreign`,
 *   `journal.unwritable`
 */
export async function inspect({ file, lastWord }: ReturnType<typeof journalPaths>, kiosk: string): Promise<boolean> {
  const word = await readLastWord(lastWord);
  const bytes = await sizeOf(file, UNUSABLE);
  if (bytes === undefined && word)
    throw new KioskError('journal.missing', `${file} is gone, it had ${word.entry} entries`);
  await insistOnContent(file);
  // A first start that was cut off before anything was in it.
  if (!bytes && !word) return false;
  // SQLite would make its side files in the likeness of one that may only be read, and be locked out by them later.
  await insistOnAccess(file);
  // Otherwise every commit would fail once it is durable, and the kiosk start anew each time.
  if ((await sizeOf(lastWord, UNUSABLE)) !== undefined) await insistOnAccess(lastWord);
  await Database.reading(file, (db) =>
    db.snapshot(async () => {
      await checkIntegrity(db);
      const version = await schemaVersion(db);
      if (version === 0 && word) insistOn(['it is empty']);
      const books = version === VERSION ? await readSnapshot(db) : undefined;
      if (books) insistOn(await examine(db, books, word));
      const isUnused = !word && (version === 0 || books?.meta.entry === 0);
      if (!isUnused) await insistOnOwner(db, kiosk);
    }),
  );
  return true;
}

/** What waits in it for the carrier says whose it is, and is taken from nobody else. @throws `journal.foreign` */
async function insistOnOwner(db: Database, kiosk: string): Promise<void> {
  const row = await db.get('SELECT kiosk, lastSeq - acknowledged AS waiting FROM meta');
  const [owner, waiting] = [text(row, 'kiosk'), count(row, 'waiting')];
  if (owner === kiosk) return;
  throw new KioskError('journal.foreign', `it is that of ${owner}, ${waiting} messages wait in it for the carrier`);
}

/**
 * SQLite takes an empty database for a new one and deletes the write-ahead log beside it.
 * @throws `journal.corrupt`
 */
export async function insistOnContent(file: string): Promise<void> {
  if ((await sizeOf(file, UNUSABLE)) === 0 && (await sizeOf(`${file}-wal`, UNUSABLE)))
    throw new KioskError('journal.corrupt', 'it is empty');
}

async function insistOnAccess(file: string): Promise<void> {
  await access(file, constants.R_OK | constants.W_OK).catch((cause: unknown) => {
    throw new KioskError(UNUSABLE, file, { cause });
  });
}
