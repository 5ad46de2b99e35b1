import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Signer } from '../contracts/signer.js';
import { codeOf, KioskError, type ErrorCode } from '../errors.js';
import type { Answer } from '../fleet/answers.js';
import { Reply } from '../fleet/commands.js';
import { ConfigReport } from '../fleet/configuration.js';
import { fitting } from '../fleet/fitting.js';
import { parseJson, readEvent, type Ack } from '../fleet/messages.js';
import { Telemetry } from '../fleet/monitors.js';
import { KioskState } from '../fleet/presence.js';
import { Refusals } from '../fleet/refusals.js';
import { openSigned } from '../fleet/signed.js';
import { kioskTopics, splitTopic } from '../fleet/topics.js';
import type { Meter } from '../lib/metrics.js';
import { Dispatch, type Outgoing } from './dispatch.js';
import type { Ledger } from './ledger.js';
import type { CarrierMetric } from './metrics.js';
import type { Orders } from './orders.js';
import type { Presences } from './presences.js';
import type { KeyRegistry } from './registry.js';
import type { Circumstances } from './rules.js';

/** What goes back to a kiosk, signed. */
export interface Letter {
  readonly topic: string;
  readonly message: string;
}

interface Office {
  readonly ledger: Ledger;
  readonly registry: KeyRegistry;
  readonly presences: Presences;
  readonly orders: Orders;
  readonly signer: Signer;
  readonly log: Logger;
  readonly circumstances: () => Circumstances;
  readonly meter: Meter<CarrierMetric>;
}

/** Who a message is from, on which of its connections. */
interface Sender {
  readonly kiosk: string;
  readonly nonce: string | undefined;
}

/**
 * Takes messages of kiosks, one at a time: believes what the kiosk's own key has signed for this very topic, hands it to the
 * books, and signs what goes back. Whatever else comes is counted and kept for inspection within bounds.
 */
export class FrontDesk {
  readonly #office: Office;
  readonly refusals = new Refusals();
  readonly #dispatch = new Dispatch();
  /** Of the orders whose kiosks have been woken. */
  #ordersVersion = '';

  constructor(office: Office) {
    this.#office = office;
  }

  /** What kiosks are to be sent now because operators want it, and they have not answered. */
  async orders(): Promise<readonly Letter[]> {
    const { orders, circumstances, log } = this.#office;
    const { now } = circumstances();
    const version = await orders.version();
    if (version !== this.#ordersVersion) {
      for (const kiosk of await orders.awaited()) this.#dispatch.wake(kiosk, now);
      this.#ordersVersion = version;
    }
    const failures: unknown[] = [];
    const letters = await Promise.all(
      this.#dispatch.due(now).map((kiosk) =>
        this.#ordersOf(kiosk, now).catch((error: unknown) => {
          // What the others are to be sent goes out all the same.
          failures.push(error);
          this.#dispatch.wake(kiosk, now + RETRY_MS);
          return [];
        }),
      ),
    );
    if (failures.length > 0)
      log.error({ kiosks: failures.length, code: codeOf(failures[0]), err: failures[0] }, 'orders not sent');
    return letters.flat();
  }

  /** @returns what goes back. Rejects only when the books cannot be written. */
  async take(topic: string, message: string): Promise<readonly Letter[]> {
    const { registry, circumstances } = this.#office;
    const { now } = circumstances();
    const from = splitTopic(topic);
    if (!from) return this.#refuse('fleet.wrong-topic', topic, message);
    const { kiosk } = from;
    let sender: Sender | undefined;
    try {
      const { payload, nonce } = await openSigned(message, topic, (kid) => registry.keyOf(kiosk, kid, now));
      sender = { kiosk, nonce };
      const replies = await this.#takeOpened(from.rest, payload, sender);
      return await Promise.all(replies.map((reply) => this.#signed(reply, kiosk, nonce)));
    } catch (error) {
      if (!isTheirs(codeOf(error))) throw error;
      // Only whoever has signed hears of it: nobody else is there to be answered.
      return this.#refuse(codeOf(error), topic, message, sender);
    }
  }

  async #ordersOf(kiosk: string, now: number): Promise<readonly Letter[]> {
    const { orders, signer, log } = this.#office;
    const topics = kioskTopics(kiosk);
    const onUnreadable = (id: string): void => log.warn({ kiosk, id }, 'order not readable, not sent');
    const [commands, settings] = await Promise.all([
      orders.unanswered(kiosk, onUnreadable),
      orders.unsettled(kiosk, onUnreadable),
    ]);
    const outgoing = (id: string, topic: string, content: object): Outgoing => {
      return { id, topic, payload: JSON.stringify(content) };
    };
    const all = [
      ...commands.map(({ command }) => outgoing(command.id, topics.command, command)),
      ...(settings ? [outgoing(`settings ${settings.desired.version}`, topics.desired, settings.desired)] : []),
    ];
    const due = this.#dispatch.take(kiosk, all, now);
    return Promise.all(
      due.map(async ({ topic, payload, nonce }) => ({ topic, message: await signer.sign(payload, { topic, nonce }) })),
    );
  }

  /** @throws `fleet.bad-message`, `fleet.wrong-topic`, `fleet.replayed` */
  async #takeOpened(rest: string, payload: string, sender: Sender): Promise<readonly (Ack | Answer)[]> {
    const { kiosk } = sender;
    if (rest === 'up/event') return this.#takeEvent(kiosk, payload);
    if (rest === 'up/state') return this.#takeState(sender, payload);
    if (rest === 'up/telemetry') return this.#takeTelemetry(kiosk, payload);
    if (rest === 'up/reply') return this.#takeReply(kiosk, payload);
    if (rest === 'up/config') return this.#takeReport(kiosk, payload);
    throw new KioskError('fleet.wrong-topic');
  }

  async #takeEvent(kiosk: string, payload: string): Promise<readonly (Ack | Answer)[]> {
    const { ledger, circumstances, log, meter } = this.#office;
    const event = readEvent(payload);
    if (!event) throw new KioskError('fleet.bad-message');
    if (event.kiosk !== kiosk) throw new KioskError('fleet.wrong-topic');
    const digest = createHash('sha256').update(payload).digest('base64url');
    const { answer, ack } = await ledger.take(event, circumstances(), digest);
    meter.count('simkiosk_carrier_events_total', { type: event.type });
    if (answer) meter.count('simkiosk_carrier_answers_total', { ask: answer.ask, decision: answer.decision });
    const transaction = 'transaction' in event.data ? event.data.transaction : undefined;
    const said = answer && {
      decision: answer.decision,
      ...(answer.decision === 'refused' && { reason: answer.reason }),
    };
    log.info({ kiosk, seq: event.seq, type: event.type, transaction, ...said }, 'event');
    return answer ? [answer, ack] : [ack];
  }

  /** A birth message is answered with what the books have of that journal: the kiosk knows then that it was heard. */
  async #takeState({ kiosk, nonce }: Sender, payload: string): Promise<readonly Ack[]> {
    const { ledger, presences, circumstances, log } = this.#office;
    const state = fitting(KioskState, parseJson(payload));
    if (!(await presences.take(kiosk, state, circumstances().now))) throw new KioskError('fleet.replayed');
    log.info({ kiosk, online: state.online, session: state.session }, 'presence');
    if (!state.online) {
      this.#dispatch.lose(kiosk);
      return [];
    }
    if (nonce !== undefined) this.#dispatch.meet(kiosk, nonce, circumstances().now);
    const { epoch, lastSeq, reasons } = state;
    const upTo = await ledger.upTo(kiosk, epoch);
    // The kiosk knows best: a birth with a lower number may just have been overtaken by events.
    if (reasons.includes('journal.rewound')) await ledger.note({ kiosk, epoch, seq: lastSeq, means: REWOUND });
    return [{ epoch, upTo }];
  }

  /** Nobody waits for an answer to a measurement. */
  async #takeTelemetry(kiosk: string, payload: string): Promise<readonly []> {
    const { presences, circumstances } = this.#office;
    const telemetry = fitting(Telemetry, parseJson(payload));
    if (!(await presences.takeTelemetry(kiosk, telemetry, circumstances().now))) throw new KioskError('fleet.replayed');
    return [];
  }

  /** How far a command is: nothing goes back. */
  async #takeReply(kiosk: string, payload: string): Promise<readonly []> {
    const { orders, log } = this.#office;
    const reply = fitting(Reply, parseJson(payload));
    if (!(await orders.takeReply(kiosk, reply))) throw new KioskError('fleet.bad-message');
    const { command, status, reason } = reply;
    log.info({ kiosk, command, status, reason }, 'reply');
    return [];
  }

  async #takeReport(kiosk: string, payload: string): Promise<readonly []> {
    const { orders, circumstances, log } = this.#office;
    const report = fitting(ConfigReport, parseJson(payload));
    await orders.takeReport(kiosk, report);
    // It may have others than it should.
    this.#dispatch.wake(kiosk, circumstances().now);
    log.info({ kiosk, version: report.version, status: report.status }, 'settings');
    return [];
  }

  async #signed(reply: Ack | Answer, kiosk: string, nonce: string | undefined): Promise<Letter> {
    const { ack, answer } = kioskTopics(kiosk);
    const topic = 'decision' in reply ? answer : ack;
    const header = { topic, ...(nonce !== undefined && { nonce }) };
    return { topic, message: await this.#office.signer.sign(JSON.stringify(reply), header) };
  }

  async #refuse(code: ErrorCode, topic: string, message: string, sender?: Sender): Promise<readonly Letter[]> {
    this.#office.meter.count('simkiosk_carrier_refused_messages_total', { code });
    const count = this.refusals.add(code, topic, message, this.#office.circumstances().now);
    if (count !== undefined) this.#office.log.warn({ code, topic, count }, 'message refused');
    return sender ? [await this.#signed({ refused: code }, sender.kiosk, sender.nonce)] : [];
  }
}

/** A kiosk whose orders could not be looked up is looked at again after so long. Milliseconds. */
const RETRY_MS = 1_000;

const REWOUND = 'the journal is older than the carrier knows it';

/** Codes of what is wrong with a message, not with the carrier. */
const isTheirs = (code: ErrorCode): boolean => code.startsWith('fleet.');
