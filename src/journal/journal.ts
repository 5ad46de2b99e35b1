import { mkdir } from 'node:fs/promises';
import type { Fate } from '../contracts/control.js';
import { KioskError, type ErrorCode } from '../errors.js';
import type { CardCounts } from '../fleet/messages.js';
import type { Transaction } from '../transaction/transaction.js';
import { freeBytes } from '../lib/disk.js';
import { Database } from '../lib/sqlite.js';
import { Listeners } from '../lib/listeners.js';
import { Books, type Snapshot } from './books.js';
import type { Entry, OutboxRow, TechnicianWork } from './entry.js';
import { inspect } from './inspect.js';
import { LastWordFile } from './last-word.js';
import { journalPaths } from './paths.js';
import { acknowledging, appending, connecting, loading, pruning, settling, working, type Plan } from './plan.js';
import { prepare } from './schema.js';
import { SqliteStore } from './sqlite-store.js';
import type { Card } from './stock.js';
import type { Store } from './store.js';
import { lockWriter } from '../lib/writer-lock.js';

/**
 * Opens the journal of a state directory, making both when they are not there and never were. What is damaged is left
 * as it is, every byte, and so is that of another kiosk; `renewed`: the one that was here has just been set aside.
 * @throws `journal.locked`, `journal.corrupt`, `journal.missing`, `journal.too-new`, `journal.foreign`, `journal.unwritable`
 */
export async function openJournal(dir: string, kiosk: string, renewed?: 'renewed'): Promise<Journal> {
  const paths = journalPaths(dir);
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new KioskError('journal.unwritable', dir, { cause });
  });
  const lock = await lockWriter(paths.lock);
  const lastWord = new LastWordFile(paths.lastWord);
  let db: Database | undefined;
  try {
    if (!renewed) await inspect(paths, kiosk);
    await insistOnRoom(dir);
    db = await Database.open(paths.file, 'write');
    await prepare(db, kiosk);
    await insistOnWriting(db);
    const options = { release: () => lock.release(), monotonic: () => performance.now() };
    return await Journal.over(new SqliteStore(db, lastWord), options);
  } catch (error) {
    await db?.close();
    await lock.release();
    throw error;
  }
}

/** A sale takes some kilobytes; a kiosk that could not finish one does not begin it. */
const ROOM_BYTES = 256 << 10;

async function insistOnRoom(dir: string): Promise<void> {
  const free = await freeBytes(dir);
  if (free < ROOM_BYTES) throw new KioskError('journal.unwritable', `${free} bytes are free`);
}

/** A file that can only be read is found out before the first customer is. */
async function insistOnWriting(db: Database): Promise<void> {
  await db.exec('BEGIN IMMEDIATE; UPDATE meta SET session = session; ROLLBACK');
}

const NO_REFILL = { at: 0, cards: 0 };

/** A commit that takes longer keeps customers waiting at every step. Milliseconds. */
const SLOW_MS = 3_000;

interface JournalOptions {
  /** Called when it has been closed. */
  readonly release?: () => Promise<void>;
  /** Milliseconds; left out: nobody minds how long a commit takes. */
  readonly monotonic?: () => number;
}

/**
 * The kiosk's memory. Every promise resolves after the commit is durable, and what the getters say is always what was
 * committed last; only what the carrier has acknowledged may still have to be written. Once a commit has failed, what is on
 * the disk is not known any more: everything after it is refused with the same error, until the journal is opened anew.
 */
export class Journal {
  readonly #store: Store;
  readonly #books: Books;
  readonly #release: () => Promise<void>;
  readonly #changed = new Listeners();
  readonly #faulted = new Listeners();
  readonly #monotonic: () => number;
  /** The newest commit, and how many are not done yet. */
  #last: Promise<unknown> | undefined;
  #waiting = 0;
  #failure: { readonly error: unknown } | undefined;
  #newest: number;
  #slow = false;

  private constructor(store: Store, snapshot: Snapshot, { release, monotonic }: JournalOptions) {
    this.#store = store;
    this.#books = new Books(snapshot);
    this.#newest = snapshot.newest ?? 0;
    this.#release = release ?? (() => Promise.resolve());
    this.#monotonic = monotonic ?? (() => 0);
  }

  /** A journal over what `store` holds. */
  static async over(store: Store, options: JournalOptions = {}): Promise<Journal> {
    return new Journal(store, await store.load(), options);
  }

  /** The latest time of anything that was committed. Wall clock, milliseconds since the epoch. */
  newest(): number {
    return this.#newest;
  }

  /** `journal.slow` while the last commit took too long. */
  fault(): ErrorCode | undefined {
    return this.#slow ? 'journal.slow' : undefined;
  }

  get epoch(): string {
    return this.#books.epoch;
  }

  transaction(): Transaction | undefined {
    return this.#books.transaction;
  }

  cards(): CardCounts {
    return this.#books.cards;
  }

  /** A technician is at work: also after a restart. */
  maintenance(): boolean {
    return this.#books.meta.maintenance;
  }

  /** What was kept under this key; JSON. */
  kept(key: string): string | undefined {
    return this.#books.kept.get(key);
  }

  /** What was kept under keys that begin so. */
  keptBelow(prefix: string): readonly string[] {
    const found: string[] = [];
    for (const [key, value] of this.#books.kept) if (key.startsWith(prefix)) found.push(value);
    return found;
  }

  /** The attachment of what is kept under this key. */
  attachment(key: string): Promise<string | undefined> {
    return this.#store.attachment(key);
  }

  /** How many cards the newest refill brought, less those unloaded since; 0 before the first one. */
  lastRefill(): number {
    const newest = this.#books.stock.batches().reduce((last, batch) => (batch.at >= last.at ? batch : last), NO_REFILL);
    return newest.cards;
  }

  lastSeq(): number {
    return this.#books.meta.lastSeq;
  }

  messages(): { readonly committed: number; readonly acknowledged: number } {
    const { acknowledged, meta } = this.#books;
    return { committed: meta.lastSeq, acknowledged };
  }

  /** Cards whose fate waits for a technician. */
  uncertain(): readonly string[] {
    return [...this.#books.stock.all()].filter(({ location }) => location === 'uncertain').map(({ iccid }) => iccid);
  }

  /** The card that should leave the stack next, or has left it last and is in the transport. */
  nextCard(): Promise<string | undefined> {
    const { transport, stack } = this.#books.stock;
    return Promise.resolve((transport ?? stack[0])?.iccid);
  }

  /** The card in the transport, by the ledger. */
  inTransport(): Card | undefined {
    return this.#books.stock.transport;
  }

  /** The card that says this ICCID, under the one by which it was loaded: with or without the check digit. */
  findCard(iccid: string): Card | undefined {
    return this.#books.stock.find(iccid);
  }

  /** Nothing has happened since the stack was counted or unloaded that puts in doubt which card leaves it next. */
  orderKnown(): boolean {
    return !this.#books.meta.orderInDoubt;
  }

  /** After every commit. @returns a function that removes the listener */
  onChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /** Each time `fault()` has become another. @returns a function that removes the listener */
  onFault(listener: () => void): () => void {
    return this.#faulted.add(listener);
  }

  /** Event, new state, moved card and outgoing messages in one commit. @throws `card.unknown` */
  append(entry: Entry): Promise<readonly OutboxRow[]> {
    return this.#commit(() => appending(this.#books, entry));
  }

  /**
   * Puts a refill into the stock ledger, once for each batch; `again`: also what was unloaded since.
   * @returns how many cards it brought
   */
  loadBatch(batch: string, iccids: readonly string[], at: number, again = false): Promise<number> {
    return this.#commit(() => loading(this.#books, batch, iccids, at, again));
  }

  /** What a technician did: the effect on the books, and the event about it, in one commit. */
  technician(work: TechnicianWork, at: number): Promise<{ readonly count: number | undefined }> {
    return this.#commit(() => working(this.#books, work, at));
  }

  /** A technician knows what became of a card. @throws `control.unknown-card` */
  settle(iccid: string, fate: Fate, by: string, at: number): Promise<void> {
    return this.#commit(() => settling(this.#books, iccid, fate, by, at));
  }

  /** A number for the next connection to the carrier, higher than all before. @param at wall clock, milliseconds since the epoch */
  nextSession(at: number): Promise<number> {
    return this.#commit(() => connecting(this.#books, at));
  }

  /** The oldest messages after `after` that the carrier has not acknowledged. */
  unacknowledged(limit: number, after: number): Promise<readonly OutboxRow[]> {
    const { acknowledged, meta } = this.#books;
    // Up to what is committed: a commit under way may be visible already, and may still fail.
    return this.#store.outbox(Math.max(after, acknowledged), meta.lastSeq, limit);
  }

  /**
   * The carrier itself says that everything up to `upTo` took effect: only now may the messages go. They do with the next
   * commit, whatever it is about: if the program dies before it, they are sent once more to a carrier that knows them.
   * @returns whether that is new
   */
  acknowledge(epoch: string, upTo: number): boolean {
    return this.#books.acknowledge(epoch, upTo);
  }

  /** Writes what was acknowledged since the last commit. */
  writeAcknowledged(): Promise<void> {
    return this.#commit(() => acknowledging(this.#books));
  }

  /** Lets go of acknowledged history older than `before`; what the carrier has not acknowledged stays. */
  async prune(before: number, at: number): Promise<void> {
    const upTo = await this.#store.prunable(before, at, this.#books.acknowledged);
    await this.#commit(() => pruning(this.#books, before, upTo, at));
  }

  async close(): Promise<void> {
    await this.#last?.catch(() => undefined);
    this.#changed.clear();
    this.#faulted.clear();
    try {
      if (!this.#failure) await this.writeAcknowledged();
    } finally {
      await this.#store.close();
      await this.#release();
    }
  }

  /** One after the other: a plan is made on what was committed before it. */
  #commit<T>(plan: () => Plan<T>): Promise<T> {
    const before = this.#waiting > 0 ? this.#last : undefined;
    this.#waiting += 1;
    const done = this.#write(plan, before);
    this.#last = done;
    return done;
  }

  async #write<T>(plan: () => Plan<T>, before: Promise<unknown> | undefined): Promise<T> {
    // Whoever asked for it hears of its failure, and `#failure` is for those who follow.
    if (before) await before.catch(() => undefined);
    try {
      if (this.#failure) throw this.#failure.error;
      const { commit, result } = plan();
      if (!commit) return result;
      const begun = this.#monotonic();
      try {
        await this.#store.commit(commit);
      } catch (error) {
        this.#failure = { error };
        throw error;
      }
      const isSlow = this.#monotonic() - begun > SLOW_MS;
      const isOther = isSlow !== this.#slow;
      this.#slow = isSlow;
      this.#newest = Math.max(this.#newest, commit.entry?.at ?? 0);
      this.#books.apply(commit);
      this.#changed.emit();
      if (isOther) this.#faulted.emit();
      return result;
    } finally {
      this.#waiting -= 1;
    }
  }
}
