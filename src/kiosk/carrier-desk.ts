import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.js';
import type { CarrierLink, LinkHello } from '../contracts/link.js';
import type { ErrorCode } from '../errors.js';
import { Ack, Answer, CentralState, parseJson, type KioskState } from '../fleet/messages.js';
import { centralTopics, kioskTopics } from '../fleet/topics.js';
import type { OutboxRow } from '../journal/entry.js';
import type { Journal } from '../journal/journal.js';
import { Listeners } from '../lib/listeners.js';

/** So many unacknowledged events may be under way. */
const WINDOW = 64;
/** Without an acknowledgement for so long, everything unacknowledged is sent again. Milliseconds. */
const RESEND_MS = 10_000;

export interface KioskIdentity {
  readonly kiosk: string;
  readonly version: string;
}

export interface Presence {
  readonly sellable: boolean;
  readonly reasons: readonly ErrorCode[];
}

/**
 * The kiosk's correspondence with the carrier: events go out in order and stay in the journal until the carrier itself
 * acknowledges them; its answers come in.
 */
export class CarrierDesk {
  readonly #link: CarrierLink;
  readonly #journal: Journal;
  readonly #topics;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #version: string;
  readonly #answers = new Map<string, Answer>();
  readonly #answered = new Listeners();
  readonly #changed = new Listeners();
  #carrierOnline = false;
  #acknowledged: number;
  #sent: number;
  #pumping = false;
  #session: number | undefined;
  #presence: Presence = { sellable: false, reasons: [] };
  #cancelResend: () => void = () => undefined;
  #closed = false;

  constructor(link: CarrierLink, journal: Journal, identity: KioskIdentity, clock: Clock, log: Logger) {
    this.#link = link;
    this.#journal = journal;
    this.#topics = kioskTopics(identity.kiosk);
    this.#version = identity.version;
    this.#clock = clock;
    this.#log = log;
    this.#acknowledged = journal.messages().acknowledged;
    this.#sent = this.#acknowledged;
    link.onUp(() => this.#resend('link up'));
    link.onMessage((topic, payload) => this.#receive(topic, payload));
    link.onChange(() => {
      if (link.fault() !== undefined) this.#carrierOnline = false;
      this.#changed.emit();
    });
  }

  fault(): ErrorCode | undefined {
    return this.#link.fault() ?? (this.#carrierOnline ? undefined : 'carrier.offline');
  }

  onChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /** Sends what was just committed, as far as the window allows. */
  send(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      if (row.seq !== this.#sent + 1 || this.#sent - this.#acknowledged >= WINDOW) break;
      this.#publish(row);
    }
    this.#watchAcknowledgement();
    this.#pump();
  }

  /** Resolves with the carrier's answer to an ask of this transaction. Rejects only with the signal's reason. */
  answer(transaction: string, ask: Answer['ask'], signal: AbortSignal): Promise<Answer> {
    const key = `${transaction} ${ask}`;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        removeListener();
        signal.removeEventListener('abort', aborted);
      };
      const aborted = (): void => {
        done();
        reject(signal.reason as Error);
      };
      const look = (): void => {
        const answer = this.#answers.get(key);
        if (!answer) return;
        done();
        resolve(answer);
      };
      const removeListener = this.#answered.add(look);
      signal.addEventListener('abort', aborted);
      if (signal.aborted) aborted();
      else look();
    });
  }

  /** The visit is over: its answers are not needed any more. */
  forget(): void {
    this.#answers.clear();
  }

  /** Tells operators whether the kiosk can sell, and why not. */
  announce(presence: Presence): void {
    const unchanged = JSON.stringify(presence) === JSON.stringify(this.#presence);
    this.#presence = presence;
    if (unchanged) return;
    if (this.#session !== undefined && this.#link.fault() === undefined)
      this.#link.publish({ topic: this.#topics.state, payload: this.#birth(this.#session), qos: 1, retain: true });
  }

  hello(kiosk: string, session: number): LinkHello {
    this.#session = session;
    const presence = { topic: this.#topics.state, qos: 1, retain: true } as const;
    const gone: KioskState = { online: false, session };
    return {
      kiosk,
      session,
      birth: { ...presence, payload: this.#birth(session) },
      will: { ...presence, payload: JSON.stringify(gone) },
      subscriptions: [this.#topics.ack, this.#topics.answer, centralTopics.state],
    };
  }

  close(): void {
    this.#closed = true;
    this.#cancelResend();
    this.#answered.clear();
    this.#changed.clear();
  }

  #birth(session: number): string {
    const { epoch } = this.#journal;
    const state: KioskState = {
      online: true,
      session,
      epoch,
      lastSeq: this.#journal.lastSeq(),
      version: this.#version,
      sellable: this.#presence.sellable,
      reasons: [...this.#presence.reasons],
    };
    return JSON.stringify(state);
  }

  #publish(row: OutboxRow): void {
    this.#sent = row.seq;
    this.#link.publish({ seq: row.seq, topic: this.#topics.event, payload: row.payload, qos: 1, retain: false });
  }

  #resend(why: string): void {
    if (this.#sent > this.#acknowledged) this.#log.info({ why, from: this.#acknowledged + 1 }, 'sending again');
    this.#sent = this.#acknowledged;
    this.#watchAcknowledgement();
    this.#pump();
  }

  #watchAcknowledgement(): void {
    this.#cancelResend();
    if (this.#closed || this.#acknowledged >= this.#journal.lastSeq()) return;
    this.#cancelResend = this.#clock.after(RESEND_MS, () => this.#resend('no acknowledgement'));
  }

  /** Reads on from the journal while the window has room. One at a time. */
  #pump(): void {
    const room = WINDOW - (this.#sent - this.#acknowledged);
    if (this.#pumping || this.#closed || this.#link.fault() !== undefined || room <= 0) return;
    if (this.#sent >= this.#journal.lastSeq()) return;
    this.#pumping = true;
    const after = this.#sent;
    void this.#journal
      .unacknowledged(room, after)
      .then((rows) => {
        this.#pumping = false;
        if (this.#sent !== after) return this.#pump();
        for (const row of rows) this.#publish(row);
        if (rows.length > 0) this.#pump();
      })
      .catch((error: unknown) => {
        this.#pumping = false;
        if (!this.#closed) this.#log.error({ err: error }, 'outbox cannot be read');
      });
  }

  #receive(topic: string, payload: string): void {
    const json = parseJson(payload);
    if (topic === this.#topics.ack) this.#take(Ack.safeParse(json), (ack) => this.#acknowledge(ack));
    else if (topic === this.#topics.answer)
      this.#take(Answer.safeParse(json), (answer) => {
        this.#answers.set(`${answer.transaction} ${answer.ask}`, answer);
        this.#answered.emit();
      });
    else if (topic === centralTopics.state)
      this.#take(CentralState.safeParse(json), ({ online }) => {
        this.#carrierOnline = online;
        if (online) this.#resend('carrier online');
        this.#changed.emit();
      });
  }

  #take<T>(parsed: { success: true; data: T } | { success: false }, use: (data: T) => void): void {
    if (parsed.success) use(parsed.data);
    else this.#log.warn({ code: 'fleet.bad-message' }, 'message from the carrier refused');
  }

  #acknowledge(ack: Ack): void {
    if (ack.epoch !== this.#journal.epoch) return;
    if ('replay' in ack) {
      this.#sent = Math.max(this.#acknowledged, Math.min(this.#sent, ack.replay[0] - 1));
      this.#pump();
      return;
    }
    if (ack.upTo <= this.#acknowledged || ack.upTo > this.#journal.lastSeq()) return;
    this.#acknowledged = ack.upTo;
    this.#sent = Math.max(this.#sent, ack.upTo);
    this.#watchAcknowledgement();
    void this.#journal
      .acknowledge(ack.epoch, ack.upTo)
      .then(() => {
        this.#changed.emit();
        this.#pump();
      })
      .catch((error: unknown) => {
        if (!this.#closed) this.#log.error({ err: error }, 'acknowledgement not stored');
      });
  }
}
