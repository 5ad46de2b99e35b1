import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.js';
import type { CarrierLink, Envelope } from '../contracts/link.js';
import type { CarrierTrust } from '../contracts/trust.js';
import { codeOf, type ErrorCode } from '../errors.js';
import { parseJson } from '../fleet/messages.js';
import { Refusals, type Refused } from '../fleet/refusals.js';
import { signedEnvelope } from './greeting.js';

/** So many messages of the carrier may wait to be looked at; it never sends as many at once. */
const INBOX = 256;

/** What is handed over is signed, and what comes in is looked at, each one after the other. */
export class CarrierMail {
  readonly #link: CarrierLink;
  readonly #trust: CarrierTrust;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #take: (topic: string, json: unknown) => void;
  readonly #refusals = new Refusals();
  /** The newest of each, and how many are not done yet: what finds none before it need not wait. */
  #outgoing: Promise<void> | undefined;
  #posting = 0;
  #incoming: Promise<void> | undefined;
  #waiting = 0;
  #closed = false;

  /** @param take gets what the carrier says; what it throws is why the message is refused */
  constructor(
    link: CarrierLink,
    trust: CarrierTrust,
    clock: Clock,
    log: Logger,
    take: (topic: string, json: unknown) => void,
  ) {
    this.#link = link;
    this.#trust = trust;
    this.#clock = clock;
    this.#log = log;
    this.#take = take;
    link.onMessage((topic, message) => this.#receive(topic, message));
  }

  /** Signs and hands over, in the order of the calls. */
  post(envelope: Envelope): void {
    const before = this.#posting > 0 ? this.#outgoing : undefined;
    this.#posting += 1;
    this.#outgoing = this.#send(envelope, before);
  }

  /** Messages that were refused: how many by code, and the newest. */
  refused(): { readonly counts: Readonly<Partial<Record<ErrorCode, number>>>; readonly newest: readonly Refused[] } {
    return { counts: this.#refusals.counts(), newest: this.#refusals.newest() };
  }

  close(): void {
    this.#closed = true;
  }

  #receive(topic: string, message: string): void {
    if (this.#waiting >= INBOX) return this.#refuse('fleet.too-many', topic, message);
    const before = this.#waiting > 0 ? this.#incoming : undefined;
    this.#waiting += 1;
    this.#incoming = this.#open(topic, message, before);
  }

  async #send(envelope: Envelope, before: Promise<void> | undefined): Promise<void> {
    if (before) await before;
    try {
      const ready = await signedEnvelope(this.#trust, envelope);
      if (!this.#closed) this.#link.publish(ready);
    } catch (error) {
      this.#log.error({ code: codeOf(error), err: error }, 'message not signed');
    } finally {
      this.#posting -= 1;
    }
  }

  async #open(topic: string, message: string, before: Promise<void> | undefined): Promise<void> {
    if (before) await before;
    try {
      const payload = await this.#trust.open(topic, message);
      if (!this.#closed) this.#take(topic, parseJson(payload));
    } catch (error) {
      this.#refuse(codeOf(error), topic, message);
    } finally {
      this.#waiting -= 1;
    }
  }

  #refuse(code: ErrorCode, topic: string, message: string): void {
    const count = this.#refusals.add(code, topic, message, this.#clock.now());
    if (count !== undefined) this.#log.warn({ code, topic, count }, 'message from the carrier refused');
  }
}
