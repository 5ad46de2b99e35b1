import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KioskError } from '../errors.js';
import { sizeOf } from '../lib/size-of.js';
import { Database, JOURNAL_FAULTS } from '../lib/sqlite.js';
import { lockWriter, type WriterLock } from '../lib/writer-lock.js';

export const ledgerFile = (dir: string): string => join(dir, 'ledger.db');

const DAMAGED = 'carrier.books-unusable';
const FAULTS = { ...JOURNAL_FAULTS, damaged: DAMAGED, closed: DAMAGED, locked: 'carrier.books-in-use' } as const;

/** One carrier at a time speaks for its books; operators write into them beside it. @throws `carrier.books-in-use` */
export async function lockBooks(dir: string): Promise<WriterLock> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return lockWriter(join(dir, 'carrier.lock'), FAULTS);
}

/** @throws `carrier.books-unusable` */
export const openLedger = (dir: string): Promise<Database> => Database.open(ledgerFile(dir), 'write', FAULTS);

/** As {@link openLedger}, of books that are there. @throws `carrier.no-books` */
export async function openKeptLedger(dir: string): Promise<Database> {
  await insistOnBooks(dir);
  return Database.open(ledgerFile(dir), 'change', FAULTS);
}

/** Reads beside a carrier that may be running. @throws as {@link openKeptLedger} does */
export async function readingLedger<T>(dir: string, work: (db: Database) => Promise<T>): Promise<T> {
  await insistOnBooks(dir);
  return Database.reading(ledgerFile(dir), work, FAULTS);
}

/**
 * Looks at the books before anybody writes to them, and changes nothing: SQLite takes an empty file for new books, deletes
 * the write-ahead log beside it, and notices other damage only where it comes by.
 * @returns whether there are any
 * @throws `carrier.books-unusable`
 */
export async function inspectLedger(dir: string): Promise<boolean> {
  const file = ledgerFile(dir);
  const bytes = await sizeOf(file, DAMAGED);
  if (bytes === undefined) return false;
  if (bytes === 0) throw new KioskError(DAMAGED, `${file} is empty: remove it if no carrier ever ran here`);
  const damage = await readingLedger(dir, (db) => db.damage());
  if (damage !== undefined) throw new KioskError(DAMAGED, `${file}: ${damage}`);
  return true;
}

async function insistOnBooks(dir: string): Promise<void> {
  const file = ledgerFile(dir);
  if ((await sizeOf(file, DAMAGED)) === undefined) throw new KioskError('carrier.no-books', file);
}
