import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KioskError } from '../errors.js';
import { Database, JOURNAL_FAULTS } from '../lib/sqlite.js';

export const ledgerFile = (dir: string): string => join(dir, 'ledger.db');

const DAMAGED = 'carrier.books-unusable';
const FAULTS = { ...JOURNAL_FAULTS, damaged: DAMAGED, closed: DAMAGED } as const;

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
  const about = await statOf(file);
  if (!about) return false;
  if (!about.isFile()) throw new KioskError(DAMAGED, `${file} is no file`);
  if (about.size === 0) throw new KioskError(DAMAGED, `${file} is empty: remove it if no carrier ever ran here`);
  const [first] = await readingLedger(dir, (db) => db.all('PRAGMA integrity_check(1)'));
  const [said] = Object.values(first ?? {});
  if (said !== 'ok') throw new KioskError(DAMAGED, `${file}: ${String(said)}`);
  return true;
}

async function insistOnBooks(dir: string): Promise<void> {
  const file = ledgerFile(dir);
  if (!(await statOf(file))) throw new KioskError('carrier.no-books', file);
}

function statOf(file: string): Promise<Stats | undefined> {
  return stat(file).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new KioskError(DAMAGED, file, { cause });
  });
}
