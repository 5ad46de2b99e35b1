import type { CardCounts, KioskEvent } from '../fleet/messages.js';
import type { Commit } from '../journal/books.js';
import type { OutboxRow } from '../journal/entry.js';
import { isBetweenVisits, type StateName } from '../transaction/states.js';
import { defaultLimits } from '../transaction/step.js';
import { CardInvariants } from './card-invariants.js';
import type { MemoryCarrierStore } from './carrier-books.js';
import type { VirtualTime } from './clock.js';
import { visitOf } from './course.js';
import type { VirtualDisk } from './disk.js';
import { LockInvariants } from './lock-invariants.js';
import { LogInvariants } from './log-invariants.js';
import type { Machine, Motor, Move } from './machine.js';
import { HOLDER_LIMIT } from './network.js';
import { DoorInvariants } from './door-invariants.js';
import type { VisitPlan } from './plan.js';

/** In which durable state a motor may run: an effect without its commit shows here. */
const MAY_RUN: Readonly<Record<Motor, StateName>> = { feed: 'staging', present: 'presenting', retain: 'retaining' };
/** In which durable state a person may be looked at. */
const MAY_LOOK = { idReader: 'reading', camera: 'capturing' } as const satisfies Record<string, StateName>;

const MOST_LOOKS = { idReader: defaultLimits.documentTries, camera: defaultLimits.faceTries } as const;

/** Longer than all deadlines of a visit together. */
const LONGEST_VISIT_MS = 900_000;
/** Of a message that is lost almost every other time, forty attempts. */
const LONGEST_WAY_MS = 400_000;
/** What was committed goes out at once, while the way is free. Milliseconds. */
const AT_ONCE_MS = 500;
/** No more than the kiosk sends ahead of the carrier's acknowledgement. */
const FEW = 32;
/** Visits after which nothing of a transaction is under way any more. */
const KEPT_VISITS = 1_000;
const NONE: readonly Violation[] = [];

/** A message that was committed. */
interface Sent {
  readonly seq: number;
  readonly payload: string;
  /** Virtual time, milliseconds. */
  readonly at: number;
  /** What the books said after that commit. */
  readonly cards: CardCounts;
  readonly state: StateName;
}

export interface Violation {
  /** A sentence. */
  readonly means: string;
  /** The visit it comes from, where that is not the one under way. */
  readonly visit?: number;
}

/** What is always true, looked at after every step. Each violation is a sentence. */
export class Invariants {
  #violations: Violation[] = [];
  readonly #time: VirtualTime;
  readonly #ledger: CardInvariants;
  readonly #log: LogInvariants;
  readonly #locks: LockInvariants;
  readonly #door: DoorInvariants;
  /** Of the visit; without one nobody is there of whom anything is known. */
  #plan: VisitPlan | undefined;
  /** How often a person was looked at, by the device that did so last. */
  readonly #looks = { id: undefined as string | undefined, device: '', count: 0 };
  readonly #disk: VirtualDisk;
  readonly #machine: Machine;
  readonly #carrier: MemoryCarrierStore;
  /** Every message committed and not yet taken by the carrier, in their order. A map would be made anew every few messages. */
  readonly #sent: Sent[] = [];
  /** The highest number that was handed to the broker. */
  #published = 0;
  /** Transactions of the last visits, each with its visit, the oldest first. */
  readonly #known = new Map<string, number>();
  #visit = 0;
  #quietSince = 0;
  /** Transactions in which the feed motor ran. */
  readonly #fed = new Set<string>();
  /** Transactions in which a card was presented. */
  readonly #presented = new Set<string>();
  /** Cards that a hand can take. */
  readonly #inReach = new Set<string>();
  /** Cards whose number is live. */
  readonly #live = new Set<string>();
  /** Sales whose card was replaced by one that was taken. */
  readonly #dead = new Set<string>();
  /** By their pseudonyms. */
  readonly #holders = new Map<string, number>();
  #session = 0;
  /** A technician has said so, and not taken it back. */
  #inMaintenance = false;
  #since = 0;
  #state: StateName = 'out-of-service';
  /** By the screen: what a crash has left is nobody's visit any more. */
  #isServing = false;

  constructor(disk: VirtualDisk, machine: Machine, carrier: MemoryCarrierStore, time: VirtualTime) {
    this.#disk = disk;
    this.#machine = machine;
    this.#carrier = carrier;
    this.#time = time;
    const say = (sentence: string): void => this.#say(sentence);
    this.#ledger = new CardInvariants(disk, machine, say);
    this.#log = new LogInvariants(disk, say);
    this.#locks = new LockInvariants(time, say);
    this.#door = new DoorInvariants(disk, time, say);
  }

  /** What was violated since it was asked last. */
  found(): readonly Violation[] {
    if (this.#violations.length === 0) return NONE;
    const found = this.#violations;
    this.#violations = [];
    return found;
  }

  /**
   * @param plan of who comes; left out: nobody does, and whoever is still being served goes away
   * @param quiet messages had a free way since the last visit began
   */
  nextVisit(plan: VisitPlan | undefined, quiet: boolean): void {
    const { now } = this.#time;
    this.#plan = plan;
    this.#visit += 1;
    if (!quiet) this.#quietSince = now;
    const [oldest] = this.#sent;
    if (oldest && now - Math.max(oldest.at, this.#quietSince) > LONGEST_WAY_MS)
      this.#say('a message does not reach the carrier');
    if (quiet && this.#sent.length < FEW && this.#isKept(this.#quietSince, now - AT_ONCE_MS))
      this.#say('a message that was committed is not sent');
    for (const [transaction, visit] of this.#known) {
      if (visit > this.#visit - KEPT_VISITS) break;
      this.#known.delete(transaction);
      this.#forget(transaction);
    }
  }

  /** Before it is durable. */
  onCommit(commit: Commit): void {
    const { meta, outbox = [], entry } = commit;
    const { books } = this.#disk;
    if (entry?.type === 'visit.started' && (this.#machine.sees('transport') || this.#machine.sees('exit')))
      this.#say('a visit begins although a card is seen in the machine');
    if (outbox.some(({ seq }, index) => seq !== books.meta.lastSeq + 1 + index)) this.#say('the sequence has a gap');
    if (meta.acknowledged > this.#carrier.confirmed(books.epoch))
      this.#say('a message is deleted that the carrier does not have');
    if (meta.acknowledged < books.meta.acknowledged) this.#say('an acknowledgement is taken back');
    if (meta.lastSeq !== books.meta.lastSeq + outbox.length) this.#say('the sequence has a gap');
    this.#log.onCommit(commit);
  }

  /** After it is durable. */
  afterCommit(commit: Commit): void {
    const { outbox = [], removed = [], transaction, entry } = commit;
    const { now } = this.#time;
    if (outbox.length > 0) this.#keep(outbox);
    for (const iccid of removed) this.#live.delete(iccid);
    this.#ledger.afterCommit(commit);
    if (entry) this.#door.afterCommit(entry);
    if (entry && this.#plan) this.#locks.afterCommit(entry, this.#plan.holder);
    if (entry?.type === 'technician.reset' && this.#isServing)
      this.#say('a technician works on the machine while somebody is served');
    if (entry?.type === 'technician.maintenance-on') this.#inMaintenance = true;
    if (entry?.type === 'technician.maintenance-off') this.#inMaintenance = false;
    if (entry?.type === 'visit.started' && this.#inMaintenance) this.#say('somebody is served in maintenance');
    if (!transaction || transaction.state === this.#state) return;
    this.#state = transaction.state;
    this.#since = now;
    const { running } = this.#machine;
    if (running) this.#say(`the motor ${running} still runs when ${this.#state} begins`);
    if (transaction.state === 'consent' && transaction.id !== undefined) this.#known.set(transaction.id, this.#visit);
  }

  /** The number of a connection: the carrier takes a lower one for a recording. */
  onSession(session: number): void {
    if (session <= this.#session) this.#say('two connections have the same number');
    this.#session = session;
  }

  /** A screen before its commit. */
  onShown(state: string): void {
    this.#isServing = state !== 'idle' && state !== 'out-of-service';
    const committed = this.#disk.books.transaction?.state;
    if (state !== committed && state !== 'out-of-service')
      this.#say(`the screen shows ${state} while ${committed ?? 'nothing'} is what was committed`);
  }

  onLook(device: keyof typeof MAY_LOOK): void {
    const { state, id } = this.#disk.books.transaction ?? {};
    if (state !== MAY_LOOK[device])
      this.#say(`the ${device} is used while ${state ?? 'nothing'} is what was committed`);
    this.#door.onUse(device, this.#plan);
    if (this.#plan?.consents === false) this.#say(`the ${device} is used for somebody who did not agree`);
    if (device === 'camera' && this.#plan) this.#locks.onLook(this.#plan.holder);
    const looks = this.#looks;
    looks.count = looks.id === id && looks.device === device ? looks.count + 1 : 1;
    looks.id = id;
    looks.device = device;
    if (looks.count > MOST_LOOKS[device]) this.#say(`the ${device} is used ${looks.count} times in one visit`);
  }

  /** A message is handed to the broker. */
  onPublished(seq: number, payload: string): void {
    const { lastSeq, acknowledged } = this.#disk.books.meta;
    if (seq > lastSeq) this.#say(`message ${seq} goes out before it was committed`);
    if (seq > Math.max(this.#published, acknowledged) + 1)
      this.#say(`message ${seq} goes out before the one before it`);
    this.#published = Math.max(this.#published, seq);
    const committed = this.#committed(seq);
    if (committed && committed.payload !== payload) this.#say(`message ${seq} is not the one that was committed`);
  }

  onDoor(open: boolean): void {
    this.#door.onMoved(open, this.#plan);
  }

  onMotor(motor: Motor): void {
    const { transaction } = this.#disk.books;
    if (transaction?.state !== MAY_RUN[motor])
      this.#say(`the motor ${motor} runs while ${transaction?.state ?? 'nothing'} is what was committed`);
    // What lies in the way of fingers is drawn in.
    if (motor !== 'retain') this.#door.onUse(`motor ${motor}`, this.#plan);
    if (motor !== 'feed' || transaction?.id === undefined) return;
    if (this.#fed.has(transaction.id)) this.#say('two cards are fed in one transaction');
    this.#fed.add(transaction.id);
  }

  onMoved({ iccid, to }: Move): void {
    if (to === 'exit') this.#onPresented(iccid, this.#disk.books.transaction);
    if (to === 'retained') this.#inReach.delete(iccid);
    if (to !== 'taken') return;
    if (!this.#inReach.delete(iccid)) this.#say('a card was taken that was never presented');
  }

  #onPresented(iccid: string, transaction: VirtualDisk['books']['transaction']): void {
    this.#inReach.add(iccid);
    if (!transaction?.id || !transaction.approval || transaction.iccid !== iccid) {
      if (!this.#machine.hasLied) this.#say('a card is presented that is not the one of an approved sale');
      return;
    }
    const { id } = transaction;
    if (this.#plan && !isEntitled(this.#plan)) this.#say('a card is presented to somebody who was to be refused');
    if (this.#presented.has(id)) this.#say('two cards are presented in one transaction');
    this.#presented.add(id);
    const sale = this.#carrier.sales.get(id);
    if (sale?.status !== 'bound' || sale.iccid !== iccid || sale.approval !== transaction.approval)
      this.#say('a card is presented without its binding');
  }

  /** @param upTo how far the carrier was before */
  onTaken(event: KioskEvent, payload: string, upTo: number): void {
    const { books } = this.#disk;
    if (this.#carrier.confirmed(books.epoch) > upTo + 1) this.#say('the carrier skipped a message');
    if (event.seq !== upTo + 1) return;
    const sent = this.#sent.shift();
    if (sent?.seq !== event.seq || sent.payload !== payload)
      this.#say(`message ${event.seq} is not the one that was committed`);
    else this.#compare(event, sent);
    this.#lookAtHolder(event);
    if (event.type !== 'sale.taken' || this.#ledger.isExcused(event.data.transaction)) return;
    const { iccid } = event.data;
    if (this.#live.has(iccid)) this.#say('a card goes live twice');
    this.#live.add(iccid);
    if (this.#machine.place(iccid) !== 'taken') this.#say('a number is live whose card was not taken');
    const known = this.#disk.books.stock.card(iccid)?.location;
    if (known !== undefined && known !== 'taken') this.#say(`a number is live whose card is ${known} by the ledger`);
  }

  #keep(outbox: readonly OutboxRow[]): void {
    const { cards, transaction } = this.#disk.books;
    const { now } = this.#time;
    const state = transaction?.state ?? 'out-of-service';
    for (const { seq, payload } of outbox) this.#sent.push({ seq, payload, at: now, cards, state });
  }

  /** What a message says and what the books said. */
  #compare({ seq, type, data }: KioskEvent, { cards, state }: Sent): void {
    if ('cards' in data && !isSame(data.cards, cards)) this.#say(`message ${seq} has other cards than the ledger`);
    if (type !== 'service.changed') return;
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

  /** One holder, one pseudonym. */
  #lookAtPseudonym(transaction: string, pseudonym: string): void {
    if (!this.#plan || this.#known.get(transaction) !== this.#visit) return;
    const { holder } = this.#plan;
    if ((this.#holders.get(pseudonym) ?? holder) !== holder) this.#say('two holders have the same pseudonym');
    this.#holders.set(pseudonym, holder);
  }

  /** Nobody has more numbers than allowed, and a card is dead from the moment in which the one in its place was taken. */
  #lookAtHolder({ type, data }: KioskEvent): void {
    if (!type.startsWith('sale.') && type !== 'card.settled') return;
    const sale = this.#carrier.sales.get('transaction' in data ? (data.transaction ?? '') : '');
    if (!sale) return;
    if (type === 'sale.authorise') this.#lookAtPseudonym(sale.transaction, sale.pseudonym);
    if (this.#carrier.counted(sale.pseudonym) > HOLDER_LIMIT) this.#say('a holder has more numbers than allowed');
    const old = sale.replaces === null ? undefined : this.#carrier.sales.get(sale.replaces);
    if (!old) return;
    const isDead = old.status === 'replaced';
    if (sale.status === 'active') {
      this.#dead.add(old.transaction);
      if (!isDead) this.#say('a card outlives the one in its place');
      if (old.number !== sale.number) this.#say('a new card has another number than the one that it replaces');
    } else if (isDead && !this.#dead.has(old.transaction))
      this.#say('a card is dead before the one in its place was taken');
  }

  /** Between steps. */
  look(): void {
    const { now } = this.#time;
    const between = isBetweenVisits(this.#state);
    if (between && this.#machine.running) this.#say(`the motor ${this.#machine.running} runs while nobody is served`);
    if (!between && now - this.#since > LONGEST_VISIT_MS) this.#say(`the kiosk does not leave ${this.#state}`);
    const { anomalies } = this.#carrier;
    while (anomalies.length > 0) this.#say(anomalies.pop()?.means ?? '');
  }

  /** At the end, when everything was delivered. */
  conclude(): void {
    const { books } = this.#disk;
    const confirmed = this.#carrier.confirmed(books.epoch);
    if (confirmed !== books.meta.lastSeq) this.#say(`the carrier has ${confirmed} of ${books.meta.lastSeq} messages`);
    if (books.meta.acknowledged !== books.meta.lastSeq) this.#say('not every message was acknowledged');
    if (this.#sent.length > 0) this.#say(`${this.#sent.length} messages never took effect`);
    this.#log.conclude();
    for (const transaction of this.#carrier.sales.keys())
      if (transaction !== books.transaction?.id) this.#lookAtSale(transaction);
  }

  /** A visit long over must have come to an end at the carrier too; it is of no use any more. */
  #forget(transaction: string): void {
    this.#lookAtSale(transaction);
    this.#presented.delete(transaction);
    this.#fed.delete(transaction);
    this.#dead.delete(transaction);
    this.#ledger.forget(transaction);
    this.#carrier.forget(transaction);
  }

  #lookAtSale(transaction: string): void {
    const status = this.#carrier.sales.get(transaction)?.status;
    if (status === 'approved' || status === 'bound')
      this.#violations.push({ means: 'an approval was neither used nor given back', visit: visitOf(transaction) });
  }

  #say(sentence: string): void {
    this.#violations.push({ means: sentence });
  }
}

/** Whether somebody may have a card at all. */
const isEntitled = ({ matches, document, consents }: VisitPlan): boolean => matches && document === 'good' && consents;

const COUNTS = ['loaded', 'inStack', 'inTransport', 'taken', 'retained', 'uncertain'] as const;

const isSame = (a: CardCounts, b: CardCounts): boolean => COUNTS.every((count) => a[count] === b[count]);
