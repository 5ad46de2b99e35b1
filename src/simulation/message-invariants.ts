import { CardCounts, type KioskEvent } from '../fleet/messages.js';
import type { Commit } from '../journal/books.js';
import type { Transaction } from '../transaction/transaction.js';
import type { MemoryCarrierStore } from './carrier-books.js';
import type { VirtualTime } from './clock.js';
import type { VirtualDisk } from './disk.js';

/** Of a message that is lost almost every other time, forty attempts. */
const LONGEST_WAY_MS = 400_000;
/** What was committed goes out at once, while the way is free. Milliseconds. */
const AT_ONCE_MS = 500;
/** What the carrier hears of each time it happens. */
const IS_TOLD = new Map<string, KioskEvent['type']>([
  ['visit.started', 'visit.started'],
  ['consent.given', 'consent.given'],
  ['card.unidentified', 'card.refused'],
  ['card.taken', 'sale.taken'],
  // It opens or closes, or says anew why it is closed.
  ['health.lost', 'service.changed'],
  ['health.restored', 'service.changed'],
]);
/** No more than the kiosk sends ahead of the carrier's acknowledgement. */
const FEW = 32;

/** A message that was committed. */
interface Sent {
  readonly seq: number;
  readonly payload: string;
  /** Virtual time, milliseconds. */
  readonly at: number;
  /** What the books said after that commit. */
  readonly cards: CardCounts;
  readonly transaction: Transaction | undefined;
}

/** Every message is committed before it goes out, says what the books say, goes out at once and in order, and takes effect once. */
export class MessageInvariants {
  readonly #disk: VirtualDisk;
  readonly #carrier: MemoryCarrierStore;
  readonly #time: VirtualTime;
  readonly #say: (sentence: string) => void;
  /** Every message committed and not yet taken by the carrier, in their order. A map would be made anew every few messages. */
  readonly #sent: Sent[] = [];
  /** The highest number that was handed to the broker. */
  #published = 0;
  /** By the newest message about it. */
  #saysOpen = false;
  #quietSince = 0;

  constructor(disk: VirtualDisk, carrier: MemoryCarrierStore, time: VirtualTime, say: (sentence: string) => void) {
    this.#disk = disk;
    this.#carrier = carrier;
    this.#time = time;
    this.#say = say;
  }

  /** @param quiet messages had a free way since the last visit began */
  nextVisit(quiet: boolean): void {
    const { now } = this.#time;
    if (!quiet) this.#quietSince = now;
    const [oldest] = this.#sent;
    if (oldest && now - Math.max(oldest.at, this.#quietSince) > LONGEST_WAY_MS)
      this.#say('a message does not reach the carrier');
    if (quiet && this.#sent.length < FEW && this.#isKept(this.#quietSince, now - AT_ONCE_MS))
      this.#say('a message that was committed is not sent');
  }

  /** Before it is durable. */
  onCommit({ meta, entry, transaction, outbox = [] }: Commit): void {
    const { books } = this.#disk;
    const told = IS_TOLD.get(entry?.type ?? '');
    if (told && !outbox.some(({ type }) => type === told))
      this.#say(`${entry?.type ?? ''} happens, and nobody is told`);
    const ends = transaction?.state === 'done' && transaction.id !== undefined && books.transaction?.state !== 'done';
    if (outbox.filter(({ type }) => type === 'visit.ended').length !== (ends ? 1 : 0))
      this.#say('a visit ends, and that is not told once');
    if (outbox.some(({ seq }, index) => seq !== books.meta.lastSeq + 1 + index)) this.#say('the sequence has a gap');
    if (meta.acknowledged > this.#carrier.confirmed(books.epoch))
      this.#say('a message is deleted that the carrier does not have');
    if (meta.acknowledged < books.meta.acknowledged) this.#say('an acknowledgement is taken back');
    if (meta.lastSeq !== books.meta.lastSeq + outbox.length) this.#say('the sequence has a gap');
  }

  /** After it is durable. */
  afterCommit({ outbox = [] }: Commit): void {
    if (outbox.length === 0) return;
    const { cards, transaction } = this.#disk.books;
    const { now } = this.#time;
    const state = transaction?.state ?? 'out-of-service';
    for (const { seq, type, payload } of outbox) {
      this.#sent.push({ seq, payload, at: now, cards, transaction });
      if (type === 'service.changed') this.#saysOpen = state === 'idle';
      if (type === 'visit.started' && !this.#saysOpen)
        this.#say('somebody is served by a kiosk that says that it is closed');
    }
  }

  /** It is handed to the broker. */
  onPublished(seq: number, payload: string): void {
    const { lastSeq, acknowledged } = this.#disk.books.meta;
    if (seq > lastSeq) this.#say(`message ${seq} goes out before it was committed`);
    if (seq > Math.max(this.#published, acknowledged) + 1)
      this.#say(`message ${seq} goes out before the one before it`);
    this.#published = Math.max(this.#published, seq);
    const committed = this.#committed(seq);
    if (committed && committed.payload !== payload) this.#say(`message ${seq} is not the one that was committed`);
  }

  /**
   * @param upTo how far the carrier was before
   * @returns whether it takes effect
   */
  onTaken(event: KioskEvent, payload: string, upTo: number): boolean {
    if (this.#carrier.confirmed(this.#disk.books.epoch) > upTo + 1) this.#say('the carrier skipped a message');
    if (event.seq !== upTo + 1) return false;
    const sent = this.#sent.shift();
    if (sent?.seq !== event.seq || sent.payload !== payload)
      this.#say(`message ${event.seq} is not the one that was committed`);
    else this.#compare(event, sent);
    return true;
  }

  /** At the end, when everything was delivered. */
  conclude(): void {
    const { epoch, meta } = this.#disk.books;
    const confirmed = this.#carrier.confirmed(epoch);
    if (confirmed !== meta.lastSeq) this.#say(`the carrier has ${confirmed} of ${meta.lastSeq} messages`);
    if (meta.acknowledged !== meta.lastSeq) this.#say('not every message was acknowledged');
    if (this.#sent.length > 0) this.#say(`${this.#sent.length} messages never took effect`);
  }

  /** What a message says and what the books said. */
  #compare({ seq, type, data }: KioskEvent, { cards, transaction }: Sent): void {
    if ('cards' in data && !isSame(data.cards, cards)) this.#say(`message ${seq} has other cards than the ledger`);
    if (type === 'visit.ended' && (data.outcome !== transaction?.outcome || data.reason !== transaction.reason))
      this.#say(`message ${seq} says that a visit ended as ${data.outcome}, and it did not`);
    if (type !== 'service.changed') return;
    const state = transaction?.state ?? 'out-of-service';
    if (data.sellable !== (state === 'idle') || data.sellable !== (data.reasons.length === 0))
      this.#say(`message ${seq} says that the kiosk is ${data.sellable ? 'open' : 'closed'}, and it is ${state}`);
  }

  /** Whether a message was never handed to the broker that was committed between these times. */
  #isKept(after: number, before: number): boolean {
    return this.#sent.some(({ seq, at }) => seq > this.#published && at > after && at < before);
  }

  /** The message of this number, until the carrier has taken it. */
  #committed(seq: number): Sent | undefined {
    const [oldest] = this.#sent;
    return oldest && this.#sent[seq - oldest.seq];
  }
}

const COUNTS = CardCounts.keyof().options;

const isSame = (a: CardCounts, b: CardCounts): boolean => COUNTS.every((count) => a[count] === b[count]);
