import sqlite3 from 'sqlite3';
import { KioskError, type ErrorCode } from '../errors.js';

type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** What SQLite's result codes mean to a technician (https://www.sqlite.org/rescode.html). */
const CODES: Readonly<Record<string, ErrorCode>> = {
  SQLITE_CORRUPT: 'journal.corrupt',
  SQLITE_NOTADB: 'journal.corrupt',
  // Our statements are right: a table or a column is not there, or a value contradicts another one.
  SQLITE_ERROR: 'journal.corrupt',
  SQLITE_CONSTRAINT: 'journal.corrupt',
  SQLITE_MISMATCH: 'journal.corrupt',
  SQLITE_BUSY: 'journal.locked',
  SQLITE_LOCKED: 'journal.locked',
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
  readonly #damaged: ErrorCode;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(db: sqlite3.Database, file: string, damaged: ErrorCode) {
    this.#db = db;
    this.#file = file;
    this.#damaged = damaged;
  }

  /**
   * @param damaged what it is called when it turns out to be damaged
   * @throws `journal.unwritable` when it cannot be opened
   */
  static open(file: string, mode: Mode, damaged: ErrorCode = 'journal.corrupt'): Promise<Database> {
    const flags = MODES[mode];
    return new Promise((resolve, reject) => {
      const db = new sqlite3.Database(file, flags, (error) => {
        if (error) reject(failure(error, file, damaged));
        else resolve(new Database(db, file, damaged));
      });
    });
  }

  /** Opens a file for reading alone, closes it after `work`. @throws `journal.unwritable` when it cannot be opened */
  static async reading<T>(
    file: string,
    work: (db: Database) => Promise<T>,
    damaged: ErrorCode = 'journal.corrupt',
  ): Promise<T> {
    const db = await Database.open(file, 'read', damaged);
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
    return failure(error, this.#file, this.#damaged);
  }
}

/** There are databases beside the journal: whoever hears of it hears which. */
function failure(error: Error, file: string, damaged: ErrorCode): KioskError {
  const name = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const code = CODES[name] ?? 'journal.unwritable';
  return new KioskError(code === 'journal.corrupt' ? damaged : code, `${file}: ${error.message}`, { cause: error });
}

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
