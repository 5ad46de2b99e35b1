import sqlite3 from 'sqlite3';
import { KioskError, type ErrorCode } from '../errors.js';

type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** What SQLite's result codes mean to a technician (https://www.sqlite.org/rescode.html). */
const MEANINGS = {
  SQLITE_CORRUPT: 'damaged',
  SQLITE_NOTADB: 'damaged',
  // Our statements are right: a table or a column is not there, or a value contradicts another one.
  SQLITE_ERROR: 'damaged',
  SQLITE_CONSTRAINT: 'damaged',
  SQLITE_MISMATCH: 'damaged',
  SQLITE_BUSY: 'locked',
  SQLITE_LOCKED: 'locked',
  SQLITE_CANTOPEN: 'closed',
} as const;
type Meaning = (typeof MEANINGS)[keyof typeof MEANINGS] | 'unwritable';

/** How that is called, of a journal; there are other databases. */
export type FaultNames = Readonly<Record<Meaning, ErrorCode>>;
export const JOURNAL_FAULTS: FaultNames = {
  damaged: 'journal.corrupt',
  locked: 'journal.locked',
  closed: 'journal.unwritable',
  unwritable: 'journal.unwritable',
};

/** `write` makes the file when it is not there. */
const MODES = {
  write: sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE,
  change: sqlite3.OPEN_READWRITE,
  read: sqlite3.OPEN_READONLY,
} as const;
type Mode = keyof typeof MODES;

/** One SQLite file with promises, and work in transactions one after the other. */
export class Database {
  readonly #db: sqlite3.Database;
  readonly #file: string;
  readonly #names: FaultNames;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(db: sqlite3.Database, file: string, names: FaultNames) {
    this.#db = db;
    this.#file = file;
    this.#names = names;
  }

  /** @throws what `names` calls closed when it cannot be opened */
  static open(file: string, mode: Mode, names = JOURNAL_FAULTS): Promise<Database> {
    const flags = MODES[mode];
    return new Promise((resolve, reject) => {
      const db = new sqlite3.Database(file, flags, (error) => {
        if (error) reject(failure(error, file, names));
        else resolve(new Database(db, file, names));
      });
    });
  }

  /** Opens a file for reading alone, closes it after `work`. @throws as {@link open} does */
  static async reading<T>(file: string, work: (db: Database) => Promise<T>, names = JOURNAL_FAULTS): Promise<T> {
    const db = await Database.open(file, 'read', names);
    try {
      return await work(db);
    } finally {
      await db.close();
    }
  }

  run(sql: string, ...values: readonly Value[]): Promise<number> {
    const failed = (error: Error): KioskError => this.#failure(error);
    return new Promise((resolve, reject) => {
      this.#db.run(sql, values, function (error) {
        if (error) reject(failed(error));
        else resolve(this.changes);
      });
    });
  }

  all(sql: string, ...values: readonly Value[]): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      this.#db.all<Row>(sql, values, (error, rows) => {
        if (error) reject(this.#failure(error));
        else resolve(rows);
      });
    });
  }

  async get(sql: string, ...values: readonly Value[]): Promise<Row | undefined> {
    return (await this.all(sql, ...values))[0];
  }

  exec(sql: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#db.exec(sql, (error) => {
        if (error) reject(this.#failure(error));
        else resolve();
      });
    });
  }

  /** The first thing in the whole file that contradicts another; undefined when nothing does. */
  async damage(): Promise<string | undefined> {
    const [first] = await this.all('PRAGMA integrity_check(1)');
    const [said] = Object.values(first ?? {});
    return said === 'ok' ? undefined : String(said ?? '');
  }

  /** All of `work` or nothing of it; the promise resolves after the commit is on the disk. One at a time. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#within('BEGIN IMMEDIATE', work);
  }

  /** Everything `work` reads is of one moment. */
  snapshot<T>(work: () => Promise<T>): Promise<T> {
    return this.#within('BEGIN', work);
  }

  #within<T>(begin: string, work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(async () => {
      await this.run(begin);
      try {
        const result = await work();
        await this.run('COMMIT');
        return result;
      } catch (error) {
        // SQLite may have rolled back by itself (disk full): the first error is the one that counts.
        await this.run('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    await this.#queue;
    await new Promise<void>((resolve, reject) => {
      this.#db.close((error) => {
        if (error) reject(this.#failure(error));
        else resolve();
      });
    });
  }

  #failure(error: Error): KioskError {
    return failure(error, this.#file, this.#names);
  }
}

/** There are databases beside the journal: whoever hears of it hears which. */
function failure(error: Error, file: string, names: FaultNames): KioskError {
  const name = 'code' in error ? String(error.code) : '';
  const meaning = isKnown(name) ? MEANINGS[name] : 'unwritable';
  return new KioskError(names[meaning], `${file}: ${error.message}`, { cause: error });
}

const isKnown = (name: string): name is keyof typeof MEANINGS => Object.hasOwn(MEANINGS, name);

/** A column that holds text. */
export function text(row: Row | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value !== 'string') throw new KioskError('journal.corrupt', `column ${column}`);
  return value;
}

/** A column that holds text or nothing. */
export function nullable(row: Row | undefined, column: string): string | null {
  return row?.[column] === null ? null : text(row, column);
}

/** A column that holds a number. */
export function count(row: Row | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value !== 'number') throw new KioskError('journal.corrupt', `column ${column}`);
  return value;
}
