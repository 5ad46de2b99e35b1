import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { JWK } from 'jose';
import { connect, UniqueMessageIdProvider } from 'mqtt';
import type { Logger } from 'pino';
import { codeOf } from '../errors.js';
import { readEvent, type CentralState } from '../fleet/messages.js';
import { centralTopics, kioskTopics, splitTopic } from '../fleet/topics.js';
import { withoutDelay } from '../lib/no-delay.js';
import { pseudonymOf } from './holder.js';
import { loadKeys } from './keys.js';
import { Ledger } from './ledger.js';
import type { Policy, SaleRules } from './sales.js';
import { SqliteCarrierStore } from './sqlite-store.js';

export interface CarrierOptions {
  readonly dir: string;
  readonly brokerUrl: string;
  /** Most SIM cards that one holder may have. */
  readonly holderLimit?: number;
}

export interface Carrier {
  readonly publicKey: JWK;
  /** For tests: a carrier that refuses everything, or never answers an ask. */
  setPolicy(policy: Policy): void;
  close(): Promise<void>;
}

const HOLDER_LIMIT = 5;
const RECONNECT_MS = 500;
const FAREWELL_MS = 1_000;

const presence = (online: boolean): string => JSON.stringify({ online } satisfies CentralState);

/** The reference carrier: approves or refuses, binds, activates on `sale.taken`, acknowledges what is in its books. */
export async function startCarrier(options: CarrierOptions, log: Logger): Promise<Carrier> {
  const { dir, brokerUrl, holderLimit = HOLDER_LIMIT } = options;
  const keys = await loadKeys(join(dir, 'keys.json'));
  const store = await SqliteCarrierStore.open(dir);
  const ledger = new Ledger(store, (sealed) => pseudonymOf(sealed, keys));
  let rules: SaleRules = { policy: 'rules', holderLimit };
  let queue: Promise<void> = Promise.resolve();

  const client = connect(brokerUrl, {
    // Every broker speaks 3.1.1, and the meaning of a message never depends on more.
    protocolVersion: 4,
    clientId: 'carrier',
    clean: true,
    reconnectPeriod: RECONNECT_MS,
    resubscribe: false,
    queueQoSZero: false,
    messageIdProvider: new UniqueMessageIdProvider(),
    will: { topic: centralTopics.state, payload: Buffer.from(presence(false)), qos: 1, retain: true },
  });

  const publish = (topic: string, message: unknown): void => {
    // A reply that does not get out is asked for again: the kiosk repeats what was not acknowledged.
    client.publish(topic, JSON.stringify(message), { qos: 1 }, (error) => {
      if (error) log.warn({ topic }, 'reply not published');
    });
  };

  const sayOffline = async (): Promise<void> => {
    await client
      .publishAsync(centralTopics.state, presence(false), { qos: 1, retain: true })
      .catch((error: unknown) => log.warn({ err: error }, 'farewell not published'));
  };

  const take = async (kiosk: string, payload: string): Promise<void> => {
    const event = readEvent(payload);
    if (event?.kiosk !== kiosk) {
      log.warn({ kiosk, code: 'fleet.bad-message' }, 'event refused');
      return;
    }
    const { answer, ack } = await ledger.take(event, { rules, now: Date.now(), newApproval: randomUUID });
    const topics = kioskTopics(kiosk);
    if (answer) publish(topics.answer, answer);
    publish(topics.ack, ack);
    const transaction = 'transaction' in event.data ? event.data.transaction : undefined;
    const said = answer && {
      decision: answer.decision,
      ...(answer.decision === 'refused' && { reason: answer.reason }),
    };
    log.info({ kiosk, seq: event.seq, type: event.type, transaction, ...said }, 'event');
  };

  client.on('connect', () => {
    withoutDelay(client.stream);
    client
      .subscribeAsync(centralTopics.allEvents, { qos: 1 })
      .then(() => client.publishAsync(centralTopics.state, presence(true), { qos: 1, retain: true }))
      .catch((error: unknown) => log.warn({ err: error }, 'not online'));
  });
  client.on('error', (error) => log.warn({ err: error }, 'broker'));
  client.on('message', (topic, payload) => {
    const from = splitTopic(topic);
    if (!from) return;
    queue = queue
      .then(() => take(from.kiosk, payload.toString('utf8')))
      .catch((error: unknown) => log.error({ kiosk: from.kiosk, code: codeOf(error), err: error }, 'event not taken'));
  });

  return {
    publicKey: keys.publicKey,
    setPolicy(policy) {
      rules = { ...rules, policy };
    },
    async close() {
      // A frozen broker would hold the farewell for ever; the last will says the same.
      if (client.connected) await Promise.race([sayOffline(), pause(FAREWELL_MS, undefined, { ref: false })]);
      await client.endAsync(true);
      await queue;
      await ledger.close();
    },
  };
}
