import type { PanelInput, Screen } from '../contracts/panel.js';
import type { KioskEvent } from '../fleet/messages.js';
import type { Commit } from '../journal/books.js';
import { OUT_OF_SERVICE } from '../kiosk/health.js';
import { isBetweenVisits, type StateName } from '../transaction/states.js';
import { defaultLimits } from '../transaction/step.js';
import { CardInvariants } from './card-invariants.js';
import type { MemoryCarrierStore } from './carrier-books.js';
import type { VirtualTime } from './clock.js';
import { visitOf } from './course.js';
import { CustomerInvariants } from './customer-invariants.js';
import type { VirtualDisk } from './disk.js';
import { DoorInvariants } from './door-invariants.js';
import { LockInvariants } from './lock-invariants.js';
import { LogInvariants } from './log-invariants.js';
import type { Machine, Motor, Move } from './machine.js';
import { MessageInvariants } from './message-invariants.js';
import { SenseInvariants } from './sense-invariants.js';
import { isEntitled, type VisitPlan } from './plan.js';
import { SaleInvariants } from './sale-invariants.js';
import { ScannerInvariants } from './scanner-invariants.js';

/** In which durable state a motor may run: an effect without its commit shows here. */
const MAY_RUN: Readonly<Record<Motor, StateName>> = { feed: 'staging', present: 'presenting', retain: 'retaining' };
/** In which durable state a person may be looked at. */
const MAY_LOOK = { idReader: 'reading', camera: 'capturing' } as const satisfies Record<string, StateName>;

const MOST_LOOKS = { idReader: defaultLimits.documentTries, camera: defaultLimits.faceTries } as const;

/** Longer than all deadlines of a visit together. */
const LONGEST_VISIT_MS = 900_000;
/** Visits after which nothing of a transaction is under way any more. */
const KEPT_VISITS = 1_000;
const NONE: readonly Violation[] = [];

export interface Violation {
  /** A sentence. */
  readonly means: string;
  /** The visit it comes from, where that is not the one under way. */
  readonly visit?: number;
}

/** What is always true, looked at after every step. Each violation is a sentence. */
export class Invariants {
  readonly scanner: ScannerInvariants;
  readonly senses: SenseInvariants;
  #violations: Violation[] = [];
  readonly #time: VirtualTime;
  readonly #ledger: CardInvariants;
  readonly #log: LogInvariants;
  readonly #locks: LockInvariants;
  readonly #door: DoorInvariants;
  readonly #customer: CustomerInvariants;
  readonly #messages: MessageInvariants;
  readonly #sales: SaleInvariants;
  /** Of the visit; without one nobody is there of whom anything is known. */
  #plan: VisitPlan | undefined;
  /** How often a person was looked at, by the device that did so last. */
  readonly #looks = { id: undefined as string | undefined, device: '', count: 0 };
  readonly #disk: VirtualDisk;
  readonly #machine: Machine;
  readonly #carrier: MemoryCarrierStore;
  /** Transactions of the last visits, each with its visit, the oldest first. */
  readonly #known = new Map<string, number>();
  #visit = 0;
  /** Transactions in which the feed motor ran. */
  readonly #fed = new Set<string>();
  /** Transactions in which a card was presented. */
  readonly #presented = new Set<string>();
  /** Cards that a hand can take. */
  readonly #inReach = new Set<string>();
  /** Cards whose number is live. */
  readonly #live = new Set<string>();
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
    this.scanner = new ScannerInvariants(disk, say);
    this.senses = new SenseInvariants(disk, time, say);
    this.#log = new LogInvariants(disk, say);
    this.#locks = new LockInvariants(time, say);
    this.#door = new DoorInvariants(disk, time, say);
    this.#customer = new CustomerInvariants(disk, time, say);
    this.#messages = new MessageInvariants(disk, carrier, time, say);
    this.#sales = new SaleInvariants(disk, carrier, say);
  }

  /** By what the screen shows. */
  get isServing(): boolean {
    return this.#isServing;
  }

  get areViolated(): boolean {
    return this.#violations.length > 0;
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
   * @param seen and every card that moved was seen
   */
  nextVisit(plan: VisitPlan | undefined, quiet: boolean, seen: boolean): void {
    this.#ledger.nextVisit(seen);
    this.#plan = plan;
    this.#visit += 1;
    this.#messages.nextVisit(quiet);
    for (const [transaction, visit] of this.#known) {
      if (visit > this.#visit - KEPT_VISITS) break;
      this.#known.delete(transaction);
      this.#forget(transaction);
    }
  }

  /** Before it is durable. */
  onCommit(commit: Commit): void {
    const { entry } = commit;
    if (entry?.type === 'visit.started' && (this.#machine.sees('transport') || this.#machine.sees('exit')))
      this.#say('a visit begins although a card is seen in the machine');
    if (entry?.type === 'visit.started' && this.#disk.books.kept.has(OUT_OF_SERVICE))
      this.#say('a visit begins although an operator keeps the kiosk closed');
    this.senses.onCommit(commit);
    this.#messages.onCommit(commit);
    this.#log.onCommit(commit);
  }

  /** After it is durable. */
  afterCommit(commit: Commit): void {
    const { removed = [], transaction, entry } = commit;
    this.#messages.afterCommit(commit);
    for (const iccid of removed) this.#live.delete(iccid);
    this.#ledger.afterCommit(commit);
    this.scanner.afterCommit(commit);
    if (entry) this.#door.afterCommit(entry);
    if (this.#plan) this.#locks.afterCommit(commit, this.#plan.holder);
    const about = this.#planOf(transaction?.id);
    if (about) this.#customer.afterCommit(commit, about);
    if (entry?.type === 'technician.reset' && this.#isServing)
      this.#say('a technician works on the machine while somebody is served');
    if (entry?.type === 'technician.maintenance-on') this.#inMaintenance = true;
    if (entry?.type === 'technician.maintenance-off') this.#inMaintenance = false;
    if (entry?.type === 'visit.started' && this.#inMaintenance) this.#say('somebody is served in maintenance');
    if (!transaction || transaction.state === this.#state) return;
    // What cannot be brought to the bin is tried again later: the visit does not wait for that.
    const isLeft = transaction.state === 'done' && this.#state !== 'retaining' && transaction.id !== undefined;
    if (isLeft && this.#disk.books.cards.inTransport > 0) this.#say('a visit ends, and nobody keeps its card inside');
    this.#state = transaction.state;
    this.#since = this.#time.now;
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
  onShown(screen: Screen): void {
    const { state, numbers } = screen;
    if (numbers) this.#sales.onListed(numbers);
    const about = numbers && this.#planOf(this.#disk.books.transaction?.id);
    if (about) this.#customer.onShown(screen, about);
    this.#isServing = state !== 'idle' && state !== 'out-of-service';
    const committed = this.#disk.books.transaction?.state;
    if (state !== committed && state !== 'out-of-service')
      this.#say(`the screen shows ${state} while ${committed ?? 'nothing'} is what was committed`);
  }

  onInput(input: PanelInput): void {
    this.#sales.onInput(input);
    this.#customer.onInput(input);
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
    this.#messages.onPublished(seq, payload);
  }

  /** A program begins to do its work. */
  onStart(): void {
    this.#door.onStart();
  }

  /** It ends, and with it whatever it has heard. */
  onDeath(): void {
    this.senses.onDeath();
    this.#customer.onDeath();
    this.#door.onDeath();
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
    if (!this.#messages.onTaken(event, payload, upTo)) return;
    const plan = 'transaction' in event.data ? this.#planOf(event.data.transaction) : undefined;
    this.#sales.onTaken(event, plan?.holder);
    if (event.type !== 'sale.taken' || this.#ledger.isExcused(event.data.transaction)) return;
    const { iccid } = event.data;
    if (this.#live.has(iccid)) this.#say('a card goes live twice');
    this.#live.add(iccid);
    if (this.#machine.place(iccid) !== 'taken') this.#say('a number is live whose card was not taken');
    const known = this.#disk.books.stock.card(iccid)?.location;
    if (known !== undefined && known !== 'taken') this.#say(`a number is live whose card is ${known} by the ledger`);
  }

  /** Between steps. */
  look(): void {
    const { now } = this.#time;
    const between = isBetweenVisits(this.#state);
    this.senses.look();
    if (between && this.#machine.running) this.#say(`the motor ${this.#machine.running} runs while nobody is served`);
    if (!between && now - this.#since > LONGEST_VISIT_MS) this.#say(`the kiosk does not leave ${this.#state}`);
    const { anomalies } = this.#carrier;
    while (anomalies.length > 0) this.#say(anomalies.pop()?.means ?? '');
  }

  /** At the end, when everything was delivered. */
  conclude(): void {
    const { books } = this.#disk;
    this.#messages.conclude();
    this.#log.conclude();
    for (const transaction of this.#carrier.sales.keys())
      if (transaction !== books.transaction?.id) this.#lookAtSale(transaction);
  }

  /** A visit long over must have come to an end at the carrier too; it is of no use any more. */
  #forget(transaction: string): void {
    this.#lookAtSale(transaction);
    this.#presented.delete(transaction);
    this.#fed.delete(transaction);
    this.#sales.forget(transaction);
    this.#ledger.forget(transaction);
    this.#carrier.forget(transaction);
  }

  /** Of the visit under way, when the transaction is its own. */
  #planOf(transaction: string | undefined): VisitPlan | undefined {
    return transaction !== undefined && this.#known.get(transaction) === this.#visit ? this.#plan : undefined;
  }

  #lookAtSale(transaction: string): void {
    const status = this.#carrier.sales.get(transaction)?.status;
    if (status === 'approved' || status === 'bound')
      this.#violations.push({ means: 'an approval was neither used nor given back', visit: visitOf(transaction) });
    if (status === 'uncertain' && !this.#ledger.isInDoubt(transaction))
      this.#violations.push({ means: 'a sale is uncertain for the carrier only', visit: visitOf(transaction) });
  }

  #say(sentence: string): void {
    this.#violations.push({ means: sentence });
  }
}
