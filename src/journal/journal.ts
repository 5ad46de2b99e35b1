import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { KioskError } from '../errors.js';
import { writeEvent, type CardCounts, type Draft, type Fate } from '../fleet/messages.js';
import type { Transaction } from '../transaction/transaction.js';
import { Listeners } from '../lib/listeners.js';
import { count, Database, text } from '../lib/sqlite.js';
import type { Entry, OutboxRow, TechnicianWork } from './entry.js';
import { journalPaths } from './paths.js';
import { prepare } from './schema.js';
import {
  addCards,
  countCards,
  findCard,
  moveCard,
  noteReading,
  removeStack,
  settleCard,
  type FoundCard,
} from './stock.js';
import { readTransaction } from './stored-transaction.js';
import { lockWriter } from './writer-lock.js';

interface Head {
  readonly transaction: Transaction | undefined;
  readonly cards: CardCounts;
  readonly lastSeq: number;
  readonly acknowledged: number;
  readonly maintenance: boolean;
  readonly orderInDoubt: boolean;
}

/**
 * Opens the journal of a state directory, making both when they are not there.
 * @throws `journal.locked`, `journal.corrupt` (the file is left as it is), `journal.too-new`, `journal.unwritable`
 */
export async function openJournal(dir: string, kiosk: string): Promise<Journal> {
  const paths = journalPaths(dir);
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new KioskError('journal.unwritable', dir, { cause });
  });
  const lock = await lockWriter(paths.lock);
  let db: Database | undefined;
  try {
    db = await Database.open(paths.file, 'write');
    await prepare(db, kiosk);
    const meta = await db.get('SELECT kiosk, epoch FROM meta');
    return new Journal(db, lock, text(meta, 'kiosk'), text(meta, 'epoch'), await readHead(db));
  } catch (error) {
    await db?.close();
    await lock.release();
    throw error;
  }
}

async function readHead(db: Database): Promise<Head> {
  const meta = await db.get('SELECT lastSeq, acknowledged, maintenance, orderInDoubt FROM meta');
  return {
    transaction: await readTransaction(db),
    cards: await countCards(db),
    lastSeq: count(meta, 'lastSeq'),
    acknowledged: count(meta, 'acknowledged'),
    maintenance: count(meta, 'maintenance') === 1,
    orderInDoubt: count(meta, 'orderInDoubt') === 1,
  };
}

/**
 * The kiosk's memory: one SQLite file, every promise resolved after the commit is on the disk (WAL, `synchronous=FULL`).
 * What the getters say is always what was committed last. All writes reject with `journal.unwritable` when they fail,
 * and then nothing of them happened.
 */
export class Journal {
  readonly #db: Database;
  readonly #lock: { release(): Promise<void> };
  readonly #kiosk: string;
  readonly #changed = new Listeners();
  #head: Head;

  /** Use {@link openJournal}. */
  constructor(
    db: Database,
    lock: { release(): Promise<void> },
    kiosk: string,
    readonly epoch: string,
    head: Head,
  ) {
    this.#db = db;
    this.#lock = lock;
    this.#kiosk = kiosk;
    this.#head = head;
  }

  transaction(): Transaction | undefined {
    return this.#head.transaction;
  }

  cards(): CardCounts {
    return this.#head.cards;
  }

  /** A technician is at work: also after a restart. */
  maintenance(): boolean {
    return this.#head.maintenance;
  }

  /** Nothing has happened since the stack was counted or unloaded that puts in doubt which card leaves it next. */
  orderKnown(): boolean {
    return !this.#head.orderInDoubt;
  }

  /** After every commit. @returns a function that removes the listener */
  onChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  lastSeq(): number {
    return this.#head.lastSeq;
  }

  messages(): { readonly committed: number; readonly acknowledged: number } {
    return { committed: this.#head.lastSeq, acknowledged: this.#head.acknowledged };
  }

  /** Event, new state, moved card and outgoing messages in one commit. */
  async append({ at, event, next, card, iccid, read, orderInDoubt, messages }: Entry): Promise<readonly OutboxRow[]> {
    return this.#commit(async (head) => {
      const id = next?.id ?? head.transaction?.id ?? null;
      if (next)
        await this.#db.run(
          'INSERT INTO state (id, state) VALUES (1, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
          JSON.stringify(next),
        );
      await this.#db.run(
        'INSERT INTO event (at, "transaction", type, reason, state) VALUES (?, ?, ?, ?, ?)',
        at,
        id,
        event.type,
        event.reason ?? null,
        (next ?? head.transaction)?.state ?? 'out-of-service',
      );
      if (card) await moveCard(this.#db, card, id, iccid);
      if (iccid !== undefined && read !== undefined) await noteReading(this.#db, iccid, read);
      if (orderInDoubt) await this.#db.run('UPDATE meta SET orderInDoubt = 1');
      const cards = card ? await countCards(this.#db) : head.cards;
      const rows = await this.#post(messages(cards), at, head.lastSeq);
      const doubt = orderInDoubt ? { orderInDoubt } : {};
      return [{ ...(next && { transaction: next }), ...doubt, cards, lastSeq: head.lastSeq + rows.length }, rows];
    });
  }

  /**
   * Puts a refill into the stock ledger, once for each batch; `again`: also what was unloaded since.
   * @returns how many cards it brought
   */
  async loadBatch(batch: string, iccids: readonly string[], at: number, again = false): Promise<number> {
    return this.#commit(async (head) => {
      const isNew = await this.#db.run('INSERT OR IGNORE INTO batch (id, at, cards) VALUES (?, ?, ?)', batch, at, 0);
      if (isNew === 0 && !again) return [{}, 0];
      const added = await addCards(this.#db, batch, iccids);
      if (added === 0 && isNew === 0) return [{}, 0];
      await this.#db.run('UPDATE batch SET cards = cards + ? WHERE id = ?', added, batch);
      const cards = await countCards(this.#db);
      const rows = await this.#post([{ type: 'stock.loaded', data: { batch, count: added, cards } }], at, head.lastSeq);
      return [{ cards, lastSeq: head.lastSeq + rows.length }, added];
    });
  }

  /**
   * What a technician did: the effect on the books, and the event about it, in one commit. A stack that was unloaded, or
   * counted and found to hold what the ledger says, lies in the order of the ledger.
   */
  technician(work: TechnicianWork, at: number): Promise<{ readonly count: number | undefined }> {
    const { action, by, subject } = work;
    return this.#commit(async (head) => {
      let { maintenance } = head;
      if (action === 'maintenance-on' || action === 'maintenance-off') {
        maintenance = action === 'maintenance-on';
        await this.#db.run('UPDATE meta SET maintenance = ?', maintenance ? 1 : 0);
      }
      const count = action === 'stock-unload' ? await removeStack(this.#db) : work.count;
      const cards = await countCards(this.#db);
      const orderInDoubt =
        head.orderInDoubt && action !== 'stock-unload' && !(action === 'stock-count' && count === cards.inStack);
      if (orderInDoubt !== head.orderInDoubt) await this.#db.run('UPDATE meta SET orderInDoubt = 0');
      const extra = { ...(subject && { subject }), ...(count !== undefined && { count }) };
      const rows = await this.#post(
        [{ type: 'technician.action', data: { action, by, cards, ...extra } }],
        at,
        head.lastSeq,
      );
      return [{ maintenance, orderInDoubt, cards, lastSeq: head.lastSeq + rows.length }, { count }];
    });
  }

  /** A technician knows what became of a card. @throws `control.unknown-card` */
  settle(iccid: string, fate: Fate, by: string, at: number): Promise<void> {
    return this.#commit(async (head) => {
      const transaction = await settleCard(this.#db, iccid, fate);
      const cards = await countCards(this.#db);
      const data = { iccid, fate, by, cards, ...(transaction && { transaction }) };
      const rows = await this.#post([{ type: 'card.settled', data }], at, head.lastSeq);
      return [{ cards, lastSeq: head.lastSeq + rows.length }, undefined];
    });
  }

  /** Cards whose fate waits for a technician. */
  async uncertain(): Promise<readonly string[]> {
    const rows = await this.#db.all(`SELECT iccid FROM card WHERE location = 'uncertain' ORDER BY position`);
    return rows.map((row) => text(row, 'iccid'));
  }

  /** The card that should leave the stack next. */
  async nextCard(): Promise<string | undefined> {
    const row = await this.#db.get(
      `SELECT iccid FROM card WHERE location IN ('transport', 'stack') ORDER BY location = 'stack', position LIMIT 1`,
    );
    return row && text(row, 'iccid');
  }

  /** The card that says this ICCID, under the one by which it was loaded: with or without the check digit. */
  findCard(iccid: string): Promise<FoundCard | undefined> {
    return findCard(this.#db, iccid);
  }

  /** A number for the next connection to the carrier, higher than all before. */
  nextSession(): Promise<number> {
    return this.#commit(async () => {
      await this.#db.run('UPDATE meta SET session = session + 1');
      return [{}, count(await this.#db.get('SELECT session FROM meta'), 'session')];
    });
  }

  /** The oldest messages after `after` that the carrier has not acknowledged. */
  async unacknowledged(limit: number, after: number): Promise<readonly OutboxRow[]> {
    const rows = await this.#db.all(
      // Up to what is committed: a commit under way is visible on this connection, and may still fail.
      'SELECT seq, type, payload FROM outbox WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
      after,
      this.#head.lastSeq,
      limit,
    );
    return rows.map((row) => ({ seq: count(row, 'seq'), type: text(row, 'type'), payload: text(row, 'payload') }));
  }

  /** The carrier itself says that everything up to `upTo` took effect: only now may the messages go. */
  acknowledge(epoch: string, upTo: number): Promise<void> {
    return this.#commit(async (head) => {
      if (epoch !== this.epoch || upTo <= head.acknowledged || upTo > head.lastSeq) return [{}, undefined];
      await this.#db.run('DELETE FROM outbox WHERE seq <= ?', upTo);
      await this.#db.run('UPDATE meta SET acknowledged = ?', upTo);
      return [{ acknowledged: upTo }, undefined];
    });
  }

  async close(): Promise<void> {
    this.#changed.clear();
    await this.#db.close();
    await this.#lock.release();
  }

  /** What `work` says of the new head counts once it is committed, and before the next work begins. */
  async #commit<T>(work: (head: Head) => Promise<readonly [Partial<Head>, T]>): Promise<T> {
    let change: Partial<Head> = {};
    const result = await this.#db.transaction(async () => {
      const [changed, value] = await work(this.#head);
      change = changed;
      return value;
    });
    this.#head = { ...this.#head, ...change };
    this.#changed.emit();
    return result;
  }

  async #post(drafts: readonly Draft[], at: number, lastSeq: number): Promise<readonly OutboxRow[]> {
    const time = new Date(at).toISOString();
    const rows = drafts.map((draft, index) => {
      const seq = lastSeq + 1 + index;
      const payload = writeEvent({ ...draft, id: randomUUID(), kiosk: this.#kiosk, time, epoch: this.epoch, seq });
      return { seq, type: draft.type, payload };
    });
    for (const { seq, type, payload } of rows)
      await this.#db.run('INSERT INTO outbox (seq, type, payload) VALUES (?, ?, ?)', seq, type, payload);
    if (rows.length > 0) await this.#db.run('UPDATE meta SET lastSeq = ?', lastSeq + rows.length);
    return rows;
  }
}
