import type { CarrierLink, Envelope } from '../contracts/link.js';
import type { Answer } from '../fleet/answers.js';
import type { KioskEvent } from '../fleet/messages.js';
import type { KioskState } from '../fleet/presence.js';
import { readEvent } from '../fleet/messages.js';
import { centralTopics, kioskTopics } from '../fleet/topics.js';
import { Ledger } from '../carrier/ledger.js';
import type { SaleRules } from '../carrier/rules.js';
import { Health } from '../lib/health.js';
import { Listeners } from '../lib/listeners.js';
import { MemoryCarrierStore } from './carrier-books.js';
import type { Life, VirtualTime } from './clock.js';

/** What becomes of one message on its way. */
export interface Passage {
  /** How many of it arrive, each after its own time; none: it is lost. Milliseconds. */
  readonly delaysMs: readonly number[];
  /** As MQTT has it (MQTT 3.1.1, 4.6): after everything that was sent before it and keeps its order as well. */
  readonly inOrder: boolean;
}

/** One direction. */
interface Way {
  /** When the last message arrives that keeps its order. Virtual time, milliseconds. */
  last: number;
}

/** What the carrier does with one event. */
export type Service = 'serves' | 'refuses' | 'silent' | 'dies-after-commit' | 'late' | 'loses-answer';

export interface NetworkHooks {
  readonly passage: () => Passage;
  readonly service: (type: KioskEvent['type']) => Service;
  /** An event was taken into the carrier's books; how they stood before is in `upTo`. */
  readonly onTaken: (event: KioskEvent, payload: string, upTo: number) => void;
  /** The kiosk says how far a command is. */
  readonly onReply: (payload: string) => void;
  /** The kiosk says which settings it has. */
  readonly onReport: (payload: string) => void;
}

export const HOLDER_LIMIT = 5;
/** Later than the kiosk waits for it. */
const LATE_MS = 30_000;
/** The broker has a message; whether the carrier gets it is another matter. */
const PUBACK_MS = 10;
/** Messages come again and again: the newest of so many are read once. More would only be in the way of the collector. */
const READ = 96;

/** Broker and carrier: messages that are lost, doubled, late and out of order, between the kiosk's link and the carrier's real rules. */
export class VirtualNetwork {
  readonly store = new MemoryCarrierStore();
  readonly #ledger: Ledger;
  readonly #time: VirtualTime;
  readonly #hooks: NetworkHooks;
  readonly #topics;
  readonly #kiosk: string;
  #link: VirtualLink | undefined;
  /** By the number of its message, of every {@link READ} numbers the one that came last. */
  readonly #known: { readonly payload: string; readonly event: KioskEvent }[] = [];
  #approvals = 0;
  readonly #newApproval = (): string => `approval-${(this.#approvals += 1)}`;
  readonly #newReference = (): string => `case-${(this.#approvals += 1)}`;
  readonly #there: Way = { last: 0 };
  readonly #back: Way = { last: 0 };
  #up = true;
  /** The carrier has its connection to the broker. */
  #isThere = true;
  #session = 1;
  /** How often it has gone. */
  #gone = 0;
  #last: Promise<void> | undefined;
  /** Messages that the carrier is not done with. */
  #waiting = 0;

  constructor(time: VirtualTime, kiosk: string, hooks: NetworkHooks) {
    this.#time = time;
    this.#kiosk = kiosk;
    this.#topics = kioskTopics(kiosk);
    this.#hooks = hooks;
    // The seal is not what is simulated: the holder is in the clear here.
    this.#ledger = new Ledger(
      this.store,
      (sealed) => Promise.resolve(sealed),
      (plain) => Promise.resolve(JSON.stringify(plain)),
    );
  }

  /** Kiosk and carrier hear each other. */
  get isUp(): boolean {
    return this.#up && this.#isThere;
  }

  /**
   * The link of a program that has just started.
   * @param publishes called before each message goes out; may end the program
   */
  join(life: Life, publishes: (envelope: Envelope) => void): CarrierLink {
    const link = new VirtualLink((envelope) => {
      publishes(envelope);
      if (!life.alive || !this.#up) return;
      this.#send(envelope);
      const { seq } = envelope;
      if (seq !== undefined && link.isPaced) this.#time.after(PUBACK_MS, () => link.published(seq));
    });
    this.#link = link;
    life.onEnd(() => {
      if (this.#link === link) this.#link = undefined;
    });
    if (this.#up) this.#time.after(1, () => this.#connect(link));
    return link;
  }

  /** The broker is gone, with everything on its way to the kiosk. */
  fall(): void {
    if (!this.#up) return;
    this.#up = false;
    this.#link?.down();
  }

  rise(): void {
    if (this.#up) return;
    this.#up = true;
    if (this.#link) this.#connect(this.#link);
  }

  /** The carrier is gone, with everything that it had still to say; the broker says so for it. */
  leave(): void {
    if (!this.#isThere) return;
    this.#isThere = false;
    this.#gone += 1;
    this.#tell();
  }

  /** It is there again: on another connection of the same run, or every other time in another one. */
  come(): void {
    if (this.#isThere) return;
    this.#isThere = true;
    this.#session += this.#gone % 2;
    this.#tell();
  }

  /** What an operator wants, as it stands in the carrier's books. */
  order(payload: string): void {
    if (this.isUp) this.#say(this.#topics.command, payload);
  }

  /** The settings that the kiosk is to have, as they stand in the carrier's books. */
  desire(payload: string): void {
    if (this.isUp) this.#say(this.#topics.desired, payload);
  }

  #connect(link: VirtualLink): void {
    if (!this.#up || this.#link !== link) return;
    link.up();
    link.receive(this.#topics.ack, OF_ANOTHER_JOURNAL);
    this.#tell();
  }

  /** What the broker has retained of the carrier. */
  #tell(): void {
    if (!this.#up) return;
    this.#link?.receive(centralTopics.state, JSON.stringify({ online: this.#isThere, session: this.#session }));
  }

  #send({ topic, payload, seq }: Envelope): void {
    const { event, reply, config } = this.#topics;
    this.#carry(this.#there, () => {
      if (topic === event) this.#arrive(payload, seq);
      else if (!this.isUp) return;
      else if (topic === reply) this.#hooks.onReply(payload);
      else if (topic === config) this.#hooks.onReport(payload);
      else this.#greet(payload);
    });
  }

  #carry(way: Way, arrive: () => void): void {
    const { delaysMs, inOrder } = this.#hooks.passage();
    const { now } = this.#time;
    for (const delay of delaysMs) {
      let at = now + delay;
      if (inOrder) at = way.last = Math.max(at, way.last);
      this.#time.after(at - now, arrive);
    }
  }

  /** A birth message is answered with what the carrier's books have of that journal. */
  #greet(payload: string): void {
    const birth = JSON.parse(payload) as KioskState;
    if (!birth.online) return;
    const { epoch } = birth;
    this.#reply(this.#topics.ack, { epoch, upTo: this.store.confirmed(epoch) });
  }

  #arrive(payload: string, seq = 0): void {
    if (!this.isUp) return;
    const before = this.#waiting > 0 ? this.#last : undefined;
    this.#waiting += 1;
    this.#last = this.#take(payload, seq, before);
  }

  async #take(payload: string, seq: number, before: Promise<void> | undefined): Promise<void> {
    if (before) await before;
    const event = this.#read(payload, seq);
    const upTo = this.store.confirmed(event.epoch);
    const service = this.#hooks.service(event.type);
    const { answer, ack } = await this.#ledger.take(event, {
      rules: RULES[service],
      now: this.#time.now + this.#time.wallOffset,
      newApproval: this.#newApproval,
      newReference: this.#newReference,
    });
    this.#waiting -= 1;
    this.#hooks.onTaken(event, payload, upTo);
    // It comes back, and the kiosk sends again what was not acknowledged.
    if (service === 'dies-after-commit') return;
    const isLost = service === 'loses-answer' && event.seq === upTo + 1;
    if (answer && service === 'late') this.#time.after(LATE_MS, () => this.#reply(this.#topics.answer, answer));
    else if (answer && !isLost) this.#reply(this.#topics.answer, answer);
    this.#reply(this.#topics.ack, ack);
  }

  #read(payload: string, seq: number): KioskEvent {
    const known = this.#known[seq % READ];
    if (known?.payload === payload) return known.event;
    const event = readEvent(payload);
    if (event?.kiosk !== this.#kiosk) throw new Error(`the carrier cannot read ${payload}`);
    this.#known[seq % READ] = { payload, event };
    return event;
  }

  #reply(topic: string, message: Answer | object): void {
    this.#say(topic, JSON.stringify(message));
  }

  #say(topic: string, payload: string): void {
    const gone = this.#gone;
    this.#carry(this.#back, () => {
      if (this.#up && gone === this.#gone) this.#link?.receive(topic, payload);
    });
  }
}

const AS_USUAL: SaleRules = { policy: 'rules', holderLimit: HOLDER_LIMIT };
const RULES: Readonly<Record<Service, SaleRules>> = {
  serves: AS_USUAL,
  refuses: { ...AS_USUAL, policy: 'refuse' },
  silent: { ...AS_USUAL, policy: 'silent' },
  'dies-after-commit': AS_USUAL,
  late: AS_USUAL,
  'loses-answer': AS_USUAL,
};

/** The kiosk has had other books before: what is said of those concerns nobody any more. */
const OF_ANOTHER_JOURNAL = JSON.stringify({ epoch: '00000000-0000-4000-8000-000000000001', upTo: 1_000_000 });

class VirtualLink implements CarrierLink {
  readonly name = 'link';
  readonly #health = new Health('fleet.broker-unreachable');
  readonly #ups = new Listeners();
  readonly #messages = new Listeners<[string, string]>();
  readonly #published = new Listeners<[number]>();
  readonly publish: (envelope: Envelope) => void;

  constructor(publish: (envelope: Envelope) => void) {
    this.publish = publish;
  }

  fault = () => this.#health.fault;
  onChange = (listener: () => void) => this.#health.onChange(listener);
  onUp = (listener: () => void) => this.#ups.add(listener);
  onPublished = (listener: (seq: number) => void) => this.#published.add(listener);
  onMessage = (listener: (topic: string, payload: string) => void) => this.#messages.add(listener);
  close = () => Promise.resolve();

  up(): void {
    this.#health.set(undefined);
    this.#ups.emit();
  }

  down(): void {
    this.#health.set('fleet.broker-unreachable');
  }

  /** Somebody wants to know of the broker's acknowledgements. */
  get isPaced(): boolean {
    return this.#published.any;
  }

  published(seq: number): void {
    this.#published.emit(seq);
  }

  receive(topic: string, payload: string): void {
    this.#messages.emit(topic, payload);
  }
}
