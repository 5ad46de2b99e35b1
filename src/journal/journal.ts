import { mkdir } from 'node:fs/promises';
import { KioskError } from '../errors.js';
import type { CardCounts, Fate } from '../fleet/messages.js';
import type { Transaction } from '../transaction/transaction.js';
import { Database } from '../lib/sqlite.js';
import { Listeners } from '../lib/listeners.js';
import { Books } from './books.js';
import type { Entry, OutboxRow, TechnicianWork } from './entry.js';
import { journalPaths } from './paths.js';
import { acknowledging, appending, connecting, loading, pruning, settling, working, type Plan } from './plan.js';
import { prepare } from './schema.js';
import { SqliteStore } from './sqlite-store.js';
import type { Card } from './stock.js';
import type { Store } from './store.js';
import { lockWriter } from './writer-lock.js';

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
    return await Journal.over(new SqliteStore(db), () => lock.release());
  } catch (error) {
    await db?.close();
    await lock.release();
    throw error;
  }
}

/**
 * The kiosk's memory. Every promise resolves after the commit is durable, and what the getters say is always what was
 * committed last. Once a commit has failed, what is on the disk is not known any more: everything after it is refused
 * with the same error, until the journal is opened anew.
 */
export class Journal {
  readonly #store: Store;
  readonly #books: Books;
  readonly #release: () => Promise<void>;
  readonly #changed = new Listeners();
  #queue: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  private constructor(store: Store, books: Books, release: () => Promise<void>) {
    this.#store = store;
    this.#books = books;
    this.#release = release;
  }

  /** A journal over what `store` holds; `release` is called when it has been closed. */
  static async over(store: Store, release: () => Promise<void> = () => Promise.resolve()): Promise<Journal> {
    return new Journal(store, new Books(await store.load()), release);
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

  lastSeq(): number {
    return this.#books.meta.lastSeq;
  }

  messages(): { readonly committed: number; readonly acknowledged: number } {
    const { lastSeq, acknowledged } = this.#books.meta;
    return { committed: lastSeq, acknowledged };
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

  /** A number for the next connection to the carrier, higher than all before. */
  nextSession(): Promise<number> {
    return this.#commit(() => connecting(this.#books));
  }

  /** The oldest messages after `after` that the carrier has not acknowledged. */
  unacknowledged(limit: number, after: number): Promise<readonly OutboxRow[]> {
    // Up to what is committed: a commit under way may be visible already, and may still fail.
    return this.#store.outbox(after, this.#books.meta.lastSeq, limit);
  }

  /** The carrier itself says that everything up to `upTo` took effect: only now may the messages go. */
  acknowledge(epoch: string, upTo: number): Promise<void> {
    return this.#commit(() => acknowledging(this.#books, epoch, upTo));
  }

  /** Lets go of acknowledged history older than `before`; what the carrier has not acknowledged stays. */
  async prune(before: number, at: number): Promise<void> {
    const upTo = await this.#store.prunable(before, this.#books.meta.acknowledged);
    await this.#commit(() => pruning(this.#books, before, upTo, at));
  }

  async close(): Promise<void> {
    await this.#queue;
    this.#changed.clear();
    await this.#store.close();
    await this.#release();
  }

  /** One after the other: a plan is made on what was committed before it. */
  #commit<T>(plan: () => Plan<T>): Promise<T> {
    const done = this.#queue.then(() => this.#write(plan));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #write<T>(plan: () => Plan<T>): Promise<T> {
    if (this.#failure) throw this.#failure.error;
    const { commit, result } = plan();
    if (!commit) return result;
    try {
      await this.#store.commit(commit);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
    this.#books.apply(commit);
    this.#changed.emit();
    return result;
  }
}
