import { mkdir } from 'node:fs/promises';
import { KioskError } from '../errors.js';
import { Answer, type Ask } from '../fleet/answers.js';
import { parseJson, type EventData } from '../fleet/messages.js';
import { count, nullable, text, type Database, type Row } from '../lib/sqlite.js';
import {
  SALE_STATUSES,
  type Anomaly,
  type Case,
  type CarrierBooks,
  type CarrierStore,
  type Sale,
  type SaleStatus,
} from './books.js';
import { inspectLedger, openKeptLedger, openLedger } from './ledger-file.js';
import { Orders } from './orders.js';
import { Presences } from './presences.js';
import { KeyRegistry } from './registry.js';
import { prepare } from './schema.js';

/** So many events back, another event with the same number is told from the first one. */
const DIGESTS = 10_000;

/** The carrier's books in one SQLite file. */
export class SqliteCarrierStore implements CarrierStore {
  readonly #db: Database;
  readonly #books: CarrierBooks;
  readonly registry: KeyRegistry;
  readonly presences: Presences;
  readonly orders: Orders;

  private constructor(db: Database) {
    this.#db = db;
    this.orders = new Orders(db);
    this.#books = new SqliteBooks(db, this.orders);
    this.registry = new KeyRegistry(db);
    this.presences = new Presences(db);
  }

  /** Books that are not there are begun; damaged ones are left as they are. @throws `carrier.books-unusable` */
  static async open(dir: string): Promise<SqliteCarrierStore> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await inspectLedger(dir);
    return SqliteCarrierStore.#over(await openLedger(dir));
  }

  /** @throws `carrier.no-books` */
  static async openKept(dir: string): Promise<SqliteCarrierStore> {
    return SqliteCarrierStore.#over(await openKeptLedger(dir));
  }

  static async #over(db: Database): Promise<SqliteCarrierStore> {
    await prepare(db);
    return new SqliteCarrierStore(db);
  }

  /** @returns the time, or a number above that of the session before, where the clock has gone back since */
  async beginSession(now: number): Promise<number> {
    await this.#db.run(
      `INSERT INTO latestSession (one, session) VALUES (1, ?)
       ON CONFLICT DO UPDATE SET session = max(excluded.session, session + 1)`,
      now,
    );
    return count(await this.#db.get('SELECT session FROM latestSession'), 'session');
  }

  async transaction<T>(work: (books: CarrierBooks) => Promise<T>): Promise<T> {
    const result = await this.#db.transaction(() => work(this.#books));
    this.orders.changed();
    return result;
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}

class SqliteBooks implements CarrierBooks {
  readonly #db: Database;
  readonly #orders: Orders;

  constructor(db: Database, orders: Orders) {
    this.#db = db;
    this.#orders = orders;
  }

  endCommand(kiosk: string, end: EventData<'command.ended'>): Promise<void> {
    return this.#orders.endCommand(kiosk, end);
  }

  endConfig(kiosk: string, end: EventData<'config.changed'>): Promise<void> {
    return this.#orders.endConfig(kiosk, end);
  }

  async upTo(kiosk: string, epoch: string): Promise<number> {
    const row = await this.#db.get('SELECT upTo FROM kiosk WHERE kiosk = ? AND epoch = ?', kiosk, epoch);
    return row ? count(row, 'upTo') : 0;
  }

  async setUpTo(kiosk: string, epoch: string, seq: number, digest: string | undefined): Promise<void> {
    await this.#db.run(
      'INSERT INTO kiosk (kiosk, epoch, upTo) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET upTo = excluded.upTo',
      kiosk,
      epoch,
      seq,
    );
    if (digest === undefined) return;
    await this.#db.run('INSERT INTO digest (kiosk, epoch, seq, digest) VALUES (?, ?, ?, ?)', kiosk, epoch, seq, digest);
    await this.#db.run('DELETE FROM digest WHERE kiosk = ? AND epoch = ? AND seq = ?', kiosk, epoch, seq - DIGESTS);
  }

  async digest(kiosk: string, epoch: string, seq: number): Promise<string | undefined> {
    const of = 'SELECT digest FROM digest WHERE kiosk = ? AND epoch = ? AND seq = ?';
    const row = await this.#db.get(of, kiosk, epoch, seq);
    return row && text(row, 'digest');
  }

  async sale(transaction: string): Promise<Sale | undefined> {
    const row = await this.#db.get('SELECT * FROM sale WHERE "transaction" = ?', transaction);
    return row && saleOf(row);
  }

  async putSale(sale: Sale): Promise<void> {
    const { transaction, kiosk, status, pseudonym, holder, approval, number, iccid, replaces } = sale;
    await this.#db.run(
      `INSERT INTO sale ("transaction", kiosk, status, pseudonym, holder, approval, number, iccid, replaces)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT ("transaction") DO UPDATE SET status = excluded.status, iccid = excluded.iccid`,
      transaction,
      kiosk,
      status,
      pseudonym,
      holder,
      approval,
      number,
      iccid,
      replaces,
    );
  }

  async cardsOf(pseudonym: string): Promise<number> {
    const row = await this.#db.get(
      `SELECT count(*) AS cards FROM sale WHERE pseudonym = ?
       AND (status = 'active' OR (replaces IS NULL AND status IN ('approved', 'bound', 'uncertain')))`,
      pseudonym,
    );
    return count(row, 'cards');
  }

  async activeSales(pseudonym: string): Promise<readonly Sale[]> {
    const of = `SELECT * FROM sale WHERE pseudonym = ? AND status = 'active' ORDER BY number`;
    return (await this.#db.all(of, pseudonym)).map(saleOf);
  }

  async isBlocked(pseudonym: string): Promise<boolean> {
    return (await this.#db.get('SELECT 1 FROM blocked WHERE pseudonym = ?', pseudonym)) !== undefined;
  }

  async setBlocked(pseudonym: string, blocked: boolean, at: number): Promise<void> {
    if (blocked) await this.#db.run('INSERT OR IGNORE INTO blocked (pseudonym, at) VALUES (?, ?)', pseudonym, at);
    else await this.#db.run('DELETE FROM blocked WHERE pseudonym = ?', pseudonym);
  }

  async putListing(transaction: string, sales: readonly string[]): Promise<void> {
    for (const [index, sale] of sales.entries())
      await this.#db.run(
        'INSERT INTO listed ("transaction", entry, sale) VALUES (?, ?, ?)',
        transaction,
        index + 1,
        sale,
      );
  }

  async listed(transaction: string, entry: number): Promise<string | undefined> {
    const of = 'SELECT sale FROM listed WHERE "transaction" = ? AND entry = ?';
    const row = await this.#db.get(of, transaction, entry);
    return row && text(row, 'sale');
  }

  async isBeingReplaced(sale: string, transaction: string): Promise<boolean> {
    const of = `SELECT 1 FROM sale WHERE replaces = ? AND "transaction" <> ? AND status IN ('approved', 'bound', 'uncertain')`;
    return (await this.#db.get(of, sale, transaction)) !== undefined;
  }

  async passNumber(from: string, to: string): Promise<void> {
    await this.#db.run('UPDATE number SET "transaction" = ? WHERE "transaction" = ?', to, from);
  }

  async openCase({ reference, kiosk, transaction, sale, openedAt }: Case): Promise<void> {
    const into = 'INSERT INTO dispute (reference, kiosk, "transaction", sale, openedAt) VALUES (?, ?, ?, ?, ?)';
    await this.#db.run(into, reference, kiosk, transaction, sale, openedAt);
  }

  async salesOf(iccid: string): Promise<readonly Sale[]> {
    return (await this.#db.all('SELECT * FROM sale WHERE iccid = ?', iccid)).map(saleOf);
  }

  async answer(transaction: string, ask: Ask): Promise<Answer | undefined> {
    const row = await this.#db.get('SELECT payload FROM answer WHERE "transaction" = ? AND ask = ?', transaction, ask);
    return row && Answer.parse(parseJson(text(row, 'payload')));
  }

  async putAnswer(answer: Answer): Promise<void> {
    await this.#db.run(
      'INSERT OR IGNORE INTO answer ("transaction", ask, payload) VALUES (?, ?, ?)',
      answer.transaction,
      answer.ask,
      JSON.stringify(answer),
    );
  }

  async reserveNumber(transaction: string): Promise<string | undefined> {
    const row = await this.#db.get('SELECT number FROM number WHERE "transaction" IS NULL ORDER BY number LIMIT 1');
    if (!row) return undefined;
    await this.#db.run('UPDATE number SET "transaction" = ? WHERE number = ?', transaction, text(row, 'number'));
    return text(row, 'number');
  }

  async freeNumber(transaction: string): Promise<void> {
    await this.#db.run('UPDATE number SET "transaction" = NULL WHERE "transaction" = ?', transaction);
  }

  async note({ kiosk, epoch, seq, means }: Anomaly): Promise<void> {
    await this.#db.run(
      `INSERT INTO anomaly (kiosk, epoch, seq, means) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS
         (SELECT 1 FROM anomaly WHERE kiosk = ?1 AND epoch = ?2 AND seq = ?3 AND means = ?4)`,
      kiosk,
      epoch,
      seq,
      means,
    );
  }
}

function saleOf(row: Row): Sale {
  const status = text(row, 'status');
  if (!isSaleStatus(status)) throw new KioskError('journal.corrupt', `status ${status}`);
  return {
    transaction: text(row, 'transaction'),
    kiosk: text(row, 'kiosk'),
    status,
    pseudonym: text(row, 'pseudonym'),
    holder: text(row, 'holder'),
    approval: nullable(row, 'approval'),
    number: nullable(row, 'number'),
    iccid: nullable(row, 'iccid'),
    replaces: nullable(row, 'replaces'),
  };
}

function isSaleStatus(status: string): status is SaleStatus {
  return (SALE_STATUSES as readonly string[]).includes(status);
}
