import { parseJson } from '../fleet/messages.js';
import { sha256 } from '../lib/sha256.js';
import { count, nullable, text, type Database, type Row } from '../lib/sqlite.js';
import type { Commit, Kept, LogEntry, Meta, Snapshot } from './books.js';
import type { OutboxRow } from './entry.js';
import type { LastWordFile } from './last-word.js';
import { seal } from './seal.js';
import { isLocation, type Batch, type Card } from './stock.js';
import type { Store } from './store.js';
import { readTransaction } from './stored-transaction.js';
import { KioskError } from '../errors.js';

/** The books in one SQLite file: a commit is durable when its promise resolves (WAL, `synchronous=FULL`). */
export class SqliteStore implements Store {
  readonly #db: Database;
  readonly #lastWord: LastWordFile;
  #epoch = '';

  /** @param db prepared by `schema.ts` */
  constructor(db: Database, lastWord: LastWordFile) {
    this.#db = db;
    this.#lastWord = lastWord;
  }

  async load(): Promise<Snapshot> {
    const snapshot = await readSnapshot(this.#db);
    this.#epoch = snapshot.epoch;
    return snapshot;
  }

  async commit(commit: Commit): Promise<void> {
    await this.#write(commit);
    if (commit.kept?.some(({ value }) => value === undefined)) await this.#emptyLog();
    const { entry, head, session, lastSeq } = commit.meta;
    await this.#lastWord.say({ epoch: this.#epoch, entry, head, session, lastSeq });
  }

  /** What is forgotten is overwritten in the database; older pages, with it, are in the write-ahead log. */
  async #emptyLog(): Promise<void> {
    // On a full disk, or while somebody reads, it stays until it is written over.
    await this.#db.run('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => undefined);
  }

  #write(commit: Commit): Promise<void> {
    const db = this.#db;
    return db.transaction(async () => {
      const {
        transaction,
        cards = [],
        removed = [],
        batches = [],
        kept = [],
        entry,
        outbox = [],
        pruned,
        meta,
      } = commit;
      if (transaction)
        await db.run(
          'INSERT INTO state (id, state) VALUES (1, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
          JSON.stringify(transaction),
        );
      for (const iccid of removed) await db.run('DELETE FROM card WHERE iccid = ?', iccid);
      for (const batch of batches) await putBatch(db, batch);
      await putCards(db, cards);
      for (const thing of kept) await putKept(db, thing);
      if (entry) await putEntry(db, entry);
      for (const row of outbox)
        await db.run('INSERT INTO outbox (seq, type, payload) VALUES (?, ?, ?)', row.seq, row.type, row.payload);
      if (pruned !== undefined) await prune(db, pruned);
      await putMeta(db, meta);
      await seal(db);
    });
  }

  async outbox(after: number, upTo: number, limit: number): Promise<readonly OutboxRow[]> {
    const rows = await this.#db.all(
      'SELECT seq, type, payload FROM outbox WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
      after,
      upTo,
      limit,
    );
    return rows.map((row) => ({ seq: count(row, 'seq'), type: text(row, 'type'), payload: text(row, 'payload') }));
  }

  async attachment(key: string): Promise<string | undefined> {
    const row = await this.#db.get('SELECT attachment FROM kept WHERE key = ?', key);
    return row && (nullable(row, 'attachment') ?? undefined);
  }

  async prunable(before: number, now: number, acknowledged: number): Promise<number | undefined> {
    const row = await this.#db.get(
      `SELECT max(id) AS id FROM log
       WHERE seq <= ? AND id < coalesce((SELECT min(id) FROM log WHERE at BETWEEN ? AND ?), ${Number.MAX_SAFE_INTEGER})`,
      acknowledged,
      before,
      now,
    );
    return row?.['id'] === null ? undefined : count(row, 'id');
  }

  async close(): Promise<void> {
    await this.#lastWord.close();
    await this.#db.close();
  }
}

/** Everything but log, outbox and attachments. @throws `journal.corrupt` */
export async function readSnapshot(db: Database): Promise<Snapshot> {
  const row = await db.get('SELECT * FROM meta');
  const cards = await db.all(
    'SELECT iccid, position, batch, location, "transaction", at, read, luhn FROM card ORDER BY position',
  );
  const batches = await db.all('SELECT id, at, cards FROM batch');
  const kept = await db.all('SELECT key, value FROM kept ORDER BY key');
  const newest = await db.get('SELECT max(at) AS at FROM log');
  return {
    kiosk: text(row, 'kiosk'),
    epoch: text(row, 'epoch'),
    meta: metaOf(row),
    transaction: await readTransaction(db),
    cards: cards.map(cardOf),
    batches: batches.map((batch) => ({
      id: text(batch, 'id'),
      at: count(batch, 'at'),
      cards: count(batch, 'cards'),
    })),
    kept: new Map(kept.map((thing) => [text(thing, 'key'), text(thing, 'value')])),
    newest: newest?.['at'] === null ? 0 : count(newest, 'at'),
  };
}

export function metaOf(row: Row | undefined): Meta {
  return {
    session: count(row, 'session'),
    lastSeq: count(row, 'lastSeq'),
    acknowledged: count(row, 'acknowledged'),
    maintenance: count(row, 'maintenance') === 1,
    orderInDoubt: count(row, 'orderInDoubt') === 1,
    entry: count(row, 'entry'),
    head: text(row, 'head'),
    ledger: text(row, 'ledger'),
    archived: { taken: count(row, 'archivedTaken'), retained: count(row, 'archivedRetained') },
  };
}

export function cardOf(row: Row): Card {
  const location = text(row, 'location');
  if (!isLocation(location)) throw new KioskError('journal.corrupt', `location ${location}`);
  return {
    iccid: text(row, 'iccid'),
    position: count(row, 'position'),
    batch: text(row, 'batch'),
    location,
    transaction: nullable(row, 'transaction'),
    at: count(row, 'at'),
    read: nullable(row, 'read'),
    luhn: row['luhn'] === null ? null : count(row, 'luhn') === 1,
  };
}

/** @throws `journal.corrupt` */
export function entryOf(row: Row): LogEntry {
  const messages = parseJson(text(row, 'messages'));
  if (!Array.isArray(messages)) throw new KioskError('journal.corrupt', `entry ${count(row, 'id')} of the audit log`);
  return {
    id: count(row, 'id'),
    at: count(row, 'at'),
    transaction: nullable(row, 'transaction'),
    type: text(row, 'type'),
    reason: nullable(row, 'reason'),
    state: text(row, 'state'),
    messages: messages.map(String),
    seq: count(row, 'seq'),
    ledger: text(row, 'ledger'),
    hash: text(row, 'hash'),
  };
}

/** All cards of a refill in one statement. */
function putCards(db: Database, cards: readonly Card[]): Promise<unknown> {
  if (cards.length === 0) return Promise.resolve();
  const rows = cards.map(({ iccid, position, batch, location, transaction, at, read, luhn }) => {
    return [iccid, position, batch, location, transaction, at, read, luhn === null ? null : Number(luhn)];
  });
  return db.run(
    `INSERT INTO card (iccid, position, batch, location, "transaction", at, read, luhn)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
     FROM json_each(?) WHERE true
     ON CONFLICT (iccid) DO UPDATE SET location = excluded.location, "transaction" = excluded."transaction",
     at = excluded.at, read = excluded.read, luhn = excluded.luhn`,
    JSON.stringify(rows),
  );
}

function putBatch(db: Database, { id, at, cards }: Batch): Promise<unknown> {
  return db.run(
    'INSERT INTO batch (id, at, cards) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET cards = excluded.cards',
    id,
    at,
    cards,
  );
}

async function putKept(db: Database, { key, value, attachment }: Kept): Promise<void> {
  if (value === undefined) {
    await db.run('DELETE FROM kept WHERE key = ?', key);
    return;
  }
  await db.run(
    'INSERT OR REPLACE INTO kept (key, value, attachment, hash) VALUES (?, ?, ?, ?)',
    key,
    value,
    attachment ?? null,
    keptHash(key, value, attachment ?? null),
  );
}

export const keptHash = (key: string, value: string, attachment: string | null): string =>
  sha256(JSON.stringify([key, value, attachment]));

export function putEntry(db: Database, entry: LogEntry): Promise<unknown> {
  const { id, at, transaction, type, reason, state, messages, seq, ledger, hash } = entry;
  return db.run(
    `INSERT INTO log (id, at, "transaction", type, reason, state, messages, seq, ledger, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    at,
    transaction,
    type,
    reason,
    state,
    JSON.stringify(messages),
    seq,
    ledger,
    hash,
  );
}

/** The hash of the last entry that goes is what the chain of those that stay hangs on. */
async function prune(db: Database, upTo: number): Promise<void> {
  await db.run('UPDATE meta SET anchor = (SELECT hash FROM log WHERE id = ?)', upTo);
  await db.run('DELETE FROM log WHERE id <= ?', upTo);
}

async function putMeta(db: Database, meta: Meta): Promise<void> {
  const { session, lastSeq, acknowledged, maintenance, orderInDoubt, entry, head, ledger, archived } = meta;
  await db.run('DELETE FROM outbox WHERE seq <= ?', acknowledged);
  await db.run(
    `UPDATE meta SET session = ?, lastSeq = ?, acknowledged = ?, maintenance = ?, orderInDoubt = ?, entry = ?, head = ?, ledger = ?,
     archivedTaken = ?, archivedRetained = ?`,
    session,
    lastSeq,
    acknowledged,
    maintenance ? 1 : 0,
    orderInDoubt ? 1 : 0,
    entry,
    head,
    ledger,
    archived.taken,
    archived.retained,
  );
}
