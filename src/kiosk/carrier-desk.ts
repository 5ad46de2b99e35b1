import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.js';
import type { CarrierLink, LinkHello } from '../contracts/link.js';
import type { CarrierTrust } from '../contracts/trust.js';
import { KioskError, type ErrorCode } from '../errors.js';
import { Answer, type AnswerTo, type Ask } from '../fleet/answers.js';
import { fitting } from '../fleet/fitting.js';
import { Ack } from '../fleet/messages.js';
import type { Measured } from '../fleet/monitors.js';
import { CentralState, type KioskBirth } from '../fleet/presence.js';
import { centralTopics, kioskTopics } from '../fleet/topics.js';
import type { OutboxRow } from '../journal/entry.js';
import type { Journal } from '../journal/journal.js';
import { Listeners } from '../lib/listeners.js';
import { Asks } from './asks.js';
import { CarrierMail } from './carrier-mail.js';
import { greeting, stateEnvelope } from './greeting.js';
import { OperatorsLine } from './operators-line.js';
import { OutgoingEvents } from './outgoing-events.js';
import { presenceOf, type Fitness } from './presence.js';
import { TelemetryRing } from './telemetry.js';

/** A greeting that was not answered for so long is repeated. Milliseconds. */
const GREETING_MS = 10_000;

export interface DeskOptions {
  readonly kiosk: string;
  readonly version: string;
  readonly trust: CarrierTrust;
  readonly clock: Clock;
  readonly log: Logger;
  /** The journal cannot be read or written. */
  readonly onFatal: (error: unknown) => void;
  /** Draws when a carrier that has come is greeted, 0 … 1. */
  readonly random: () => number;
}

/**
 * The kiosk's correspondence with the carrier: events go out in order, signed, and stay in the journal until the carrier
 * itself acknowledges them; its answers come in. The carrier counts as there once it has answered the birth message of this
 * very connection: neither a broker nor a recording can do that.
 */
export class CarrierDesk {
  readonly #link: CarrierLink;
  readonly #journal: Journal;
  readonly #kiosk: string;
  readonly #topics;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #version: string;
  readonly #trust: CarrierTrust;
  readonly #random: () => number;
  readonly #mail: CarrierMail;
  readonly #events: OutgoingEvents;
  readonly operators: OperatorsLine;
  readonly #telemetry = new TelemetryRing();
  readonly #asks: Asks;
  readonly #changed = new Listeners();
  /** Why the carrier does not count as there. */
  #absence: ErrorCode | undefined = 'carrier.offline';
  #saidOnline = false;
  #carrierSession = 0;
  #isRewound = false;
  #session: number | undefined;
  #revision = 0;
  #fitness: Fitness = { sellable: false, reasons: [] };
  #cancelGreeting: () => void = () => undefined;
  #closed = false;

  constructor(link: CarrierLink, journal: Journal, options: DeskOptions) {
    const { kiosk, version, trust, clock, log, onFatal, random } = options;
    this.#link = link;
    this.#journal = journal;
    this.#kiosk = kiosk;
    this.#topics = kioskTopics(kiosk);
    this.#version = version;
    this.#trust = trust;
    this.#clock = clock;
    this.#log = log;
    this.#random = random;
    this.#mail = new CarrierMail(link, trust, clock, log, (topic, json) => this.#take(topic, json));
    this.operators = new OperatorsLine(kiosk, (envelope) => this.#mail.post(envelope));
    const way = {
      isOpen: () => link.fault() === undefined && !this.#isRewound,
      publish: (row: OutboxRow) =>
        this.#mail.post({ seq: row.seq, topic: this.#topics.event, payload: row.payload, qos: 1, retain: false }),
    };
    this.#events = new OutgoingEvents(journal, way, { clock, log, onFatal });
    this.#asks = new Asks((row) => this.#events.repeat(row), clock);
    link.onUp(() => {
      this.#watchGreeting();
      this.#events.resend('link up');
    });
    link.onChange(() => {
      if (link.fault() !== undefined) this.#lose();
      this.#changed.emit();
    });
  }

  fault(): ErrorCode | undefined {
    return this.#isRewound ? 'journal.rewound' : (this.#link.fault() ?? this.#absence);
  }

  /** Messages that were refused: how many by code, and the newest. */
  refused(): ReturnType<CarrierMail['refused']> {
    return this.#mail.refused();
  }

  onChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /** Sends what was just committed, as far as the window allows. */
  send(rows: readonly OutboxRow[]): void {
    this.#asks.sent(rows);
    this.#events.send(rows);
  }

  /** As {@link Asks.answer}. */
  answer<T extends Ask>(transaction: string, ask: T, signal: AbortSignal): Promise<AnswerTo<T>> {
    return this.#asks.answer(transaction, ask, signal);
  }

  /** The visit is over: its answers are not needed any more. */
  forget(): void {
    this.#asks.forget();
  }

  /** Tells operators whether the kiosk can sell, and why not. */
  announce(fitness: Fitness): void {
    const { sellable, reasons } = this.#fitness;
    const unchanged = fitness.sellable === sellable && fitness.reasons.join() === reasons.join();
    this.#fitness = fitness;
    if (!unchanged) this.greet();
  }

  /** Says to the carrier how the kiosk is, on the connection that there is; without one it is said by the next. */
  greet(): void {
    if (this.#session === undefined || this.#link.fault() !== undefined) return;
    this.#birth(this.#session).then(
      (birth) => this.#mail.post(stateEnvelope(this.#kiosk, birth)),
      (error: unknown) => {
        if (!this.#closed) this.#log.error({ err: error }, 'presence not said');
      },
    );
  }

  /** Tells what was measured, now or when the carrier is there again; it may be lost. */
  report(measured: Measured): void {
    this.#telemetry.add(measured, this.#clock.now());
    this.#sendTelemetry();
  }

  /** What a new connection begins with; what answers an earlier one is not believed any more. */
  async hello(kiosk: string, session: number): Promise<LinkHello> {
    this.#trust.renew();
    this.#session = session;
    this.#revision = 0;
    const { ack, answer } = this.#topics;
    const subscriptions = [ack, answer, ...this.operators.topics, centralTopics.state];
    return greeting(this.#trust, kiosk, await this.#birth(session), subscriptions);
  }

  close(): void {
    this.#closed = true;
    this.#cancelGreeting();
    this.#events.close();
    this.#mail.close();
    this.#asks.close();
    this.operators.close();
    this.#changed.clear();
  }

  async #birth(session: number): Promise<KioskBirth> {
    const presence = await presenceOf(this.#journal, this.#fitness, this.#clock.now(), this.#link.certificateUntil?.());
    return {
      online: true,
      session,
      revision: (this.#revision += 1),
      epoch: this.#journal.epoch,
      lastSeq: this.#journal.lastSeq(),
      version: this.#version,
      ...presence,
    };
  }

  #sendTelemetry(): void {
    const session = this.#session;
    if (session === undefined || this.fault() !== undefined) return;
    const { epoch } = this.#journal;
    for (const payload of this.#telemetry.drain({ session, epoch }))
      this.#mail.post({ topic: this.#topics.telemetry, payload, qos: 0, retain: false });
  }

  /** Greets again until the carrier has answered. */
  #watchGreeting(): void {
    this.#cancelGreeting();
    if (this.#closed || this.#absence === undefined || this.#link.fault() !== undefined) return;
    this.#cancelGreeting = this.#clock.after(GREETING_MS, () => {
      if (this.#saidOnline) this.#absence = 'carrier.not-enrolled';
      this.#changed.emit();
      this.greet();
      this.#watchGreeting();
    });
  }

  #lose(): void {
    this.#absence = 'carrier.offline';
    this.#saidOnline = false;
    this.#watchGreeting();
  }

  /** The carrier has answered on this connection. */
  #meet(): void {
    if (this.#absence === undefined) return;
    this.#absence = undefined;
    this.#cancelGreeting();
    this.#sendTelemetry();
    this.operators.meet();
    this.#changed.emit();
  }

  /** @throws `fleet.bad-message`, `fleet.replayed`, `fleet.wrong-topic` */
  #take(topic: string, json: unknown): void {
    switch (topic) {
      case this.#topics.ack:
        return this.#heed(fitting(Ack, json));
      case this.#topics.answer:
        return this.#asks.take(fitting(Answer, json));
      case centralTopics.state:
        return this.#hear(fitting(CentralState, json));
      default:
        return this.operators.take(topic, json);
    }
  }

  /** A carrier that says it is there is greeted, and believed once it has answered. */
  #hear({ online, session, spreadMs = 0 }: CentralState): void {
    if (session < this.#carrierSession) throw new KioskError('fleet.replayed');
    const isNew = session > this.#carrierSession;
    this.#carrierSession = session;
    if (!online || isNew) this.#lose();
    this.#saidOnline = online;
    if (online) this.#welcome(spreadMs);
    this.#changed.emit();
  }

  /** With what it may have missed; when all kiosks did so at once, a carrier of many would be busy for long. */
  #welcome(spreadMs: number): void {
    const welcome = (): void => {
      if (this.#absence !== undefined) this.greet();
      this.#events.resend('carrier online');
    };
    if (spreadMs === 0) return welcome();
    this.#cancelGreeting();
    this.#cancelGreeting = this.#clock.after(this.#random() * spreadMs, () => {
      welcome();
      this.#watchGreeting();
    });
  }

  #heed(ack: Ack): void {
    if ('refused' in ack) {
      this.#log.error({ code: ack.refused }, 'the carrier refuses a message');
      if (ack.refused === 'journal.rewound') this.#rewound();
      return;
    }
    if (ack.epoch !== this.#journal.epoch) return;
    this.#meet();
    if ('replay' in ack) return this.#events.replay(ack.replay[0]);
    if (ack.upTo > this.#journal.lastSeq()) return this.#rewound();
    if (this.#events.acknowledge(ack.epoch, ack.upTo)) this.#changed.emit();
  }

  /** The carrier has had more of this journal than it holds: it is an old copy, whose cards may be sold already. */
  #rewound(): void {
    if (this.#isRewound) return;
    this.#isRewound = true;
    this.#log.error({ code: 'journal.rewound', lastSeq: this.#journal.lastSeq() }, 'the journal is an old one');
    this.#changed.emit();
  }
}
