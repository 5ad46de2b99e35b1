import type { CardCounts } from '../fleet/messages.js';
import type { Transaction } from '../transaction/transaction.js';
import type { OutboxRow } from './entry.js';
import { Stock, type Batch, type Card } from './stock.js';

/** The counters of the books. */
export interface Meta {
  readonly session: number;
  readonly lastSeq: number;
  readonly acknowledged: number;
  /** A technician is at work: also after a restart. */
  readonly maintenance: boolean;
  /** Something has happened that puts in doubt which card leaves the stack next. */
  readonly orderInDoubt: boolean;
  /** The newest entry of the audit log, and its hash; 0 and the anchor's hash before the first one. */
  readonly entry: number;
  readonly head: string;
  /** Digest of all cards in the ledger (`chain.ts`). */
  readonly ledger: string;
  /** Cards whose story is over and was pruned. */
  readonly archived: Readonly<Record<'taken' | 'retained', number>>;
}

/** One line of the audit log, chained to the one before it. */
export interface LogEntry {
  readonly id: number;
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  readonly transaction: string | null;
  readonly type: string;
  readonly reason: string | null;
  readonly state: string;
  /** SHA-256 of each message of the commit. */
  readonly messages: readonly string[];
  /** The last sequence number and the ledger's digest after the commit. */
  readonly seq: number;
  readonly ledger: string;
  readonly hash: string;
}

/** Something the kiosk remembers besides cards and transaction, under its own key. */
export interface Kept {
  readonly key: string;
  /** JSON; `undefined`: it is forgotten. */
  readonly value: string | undefined;
  /** Text that is not held in memory. */
  readonly attachment?: string;
}

/** All that one commit writes, together or not at all. */
export interface Commit {
  readonly meta: Meta;
  readonly transaction?: Transaction | undefined;
  /** In this order: a card leaves the transport before another one enters it. */
  readonly cards?: readonly Card[];
  readonly removed?: readonly string[];
  readonly batches?: readonly Batch[];
  readonly kept?: readonly Kept[];
  readonly entry?: LogEntry;
  readonly outbox?: readonly OutboxRow[];
  /** Entries of the audit log up to this one go. */
  readonly pruned?: number;
}

/** What a store holds, in memory: everything but log and outbox, which only grow, and attachments. */
export interface Snapshot {
  readonly kiosk: string;
  readonly epoch: string;
  readonly meta: Meta;
  readonly transaction: Transaction | undefined;
  readonly cards: readonly Card[];
  readonly batches: readonly Batch[];
  readonly kept: ReadonlyMap<string, string>;
  /** The latest time of any entry. Wall clock, milliseconds since the epoch. */
  readonly newest?: number;
}

/** The books as they were committed last, and what of them the carrier has acknowledged since. */
export class Books {
  readonly kiosk: string;
  readonly epoch: string;
  readonly stock: Stock;
  #meta: Meta;
  readonly #kept: Map<string, string>;
  #transaction: Transaction | undefined;
  #heard = 0;

  constructor({ kiosk, epoch, meta, transaction, cards, batches, kept }: Snapshot) {
    this.kiosk = kiosk;
    this.epoch = epoch;
    this.#meta = meta;
    this.#transaction = transaction;
    this.stock = new Stock(cards, batches);
    this.#kept = new Map(kept);
  }

  get meta(): Meta {
    return this.#meta;
  }

  /** The last message that the carrier has acknowledged: the next commit writes it. */
  get acknowledged(): number {
    return Math.max(this.#heard, this.#meta.acknowledged);
  }

  get transaction(): Transaction | undefined {
    return this.#transaction;
  }

  get kept(): ReadonlyMap<string, string> {
    return this.#kept;
  }

  /** Where the cards are, those included whose story was pruned. */
  get cards(): CardCounts {
    return this.stock.counts(this.#meta.archived);
  }

  /**
   * The carrier says that everything up to `upTo` took effect. What it cannot know of is not believed.
   * @returns whether that is new
   */
  acknowledge(epoch: string, upTo: number): boolean {
    const isNew = epoch === this.epoch && upTo > this.acknowledged && upTo <= this.#meta.lastSeq;
    if (isNew) this.#heard = upTo;
    return isNew;
  }

  /** Takes over what was committed. */
  apply({ meta, transaction, cards = [], removed = [], batches = [], kept = [] }: Commit): void {
    this.#meta = meta;
    if (transaction) this.#transaction = transaction;
    this.stock.apply(cards, removed, batches);
    for (const { key, value } of kept) {
      if (value === undefined) this.#kept.delete(key);
      else this.#kept.set(key, value);
    }
  }
}
