import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { JWK } from 'jose';
import { connect, UniqueMessageIdProvider } from 'mqtt';
import type { Logger } from 'pino';
import type { Broker } from '../contracts/broker.js';
import type { SigningKey } from '../contracts/signer.js';
import { codeOf } from '../errors.js';
import { LONGEST_SPREAD_MS, type CentralState } from '../fleet/presence.js';
import { MAX_MESSAGE } from '../contracts/link.js';
import { centralTopics } from '../fleet/topics.js';
import { JwkSigner } from '../lib/jwk-signer.js';
import { offerMetrics, silentMeter } from '../lib/metrics.js';
import { withoutDelay } from '../lib/no-delay.js';
import type { WriterLock } from '../lib/writer-lock.js';
import { FrontDesk, type Letter } from './front-desk.js';
import { pseudonymOf } from './holder.js';
import { loadKeys } from './keys.js';
import { Ledger } from './ledger.js';
import { lockBooks } from './ledger-file.js';
import type { Orders } from './orders.js';
import { carrierMetrics, lookUp } from './metrics.js';
import type { KeyRegistry } from './registry.js';
import type { Policy, SaleRules } from './rules.js';
import { SqliteCarrierStore } from './sqlite-store.js';

export interface CarrierOptions {
  readonly dir: string;
  readonly broker: Broker;
  /** Most SIM cards that one holder may have. */
  readonly holderLimit?: number;
  /** Where Prometheus metrics are offered, on the loopback interface; 0: at any free port; left out: nowhere. */
  readonly metricsPort?: number;
}

export interface Carrier {
  /** What kiosks seal identity data to. */
  readonly publicKey: JWK;
  /** What kiosks pin: whatever the carrier says is signed by it. */
  readonly signingKey: SigningKey;
  readonly registry: KeyRegistry;
  readonly orders: Orders;
  /** Messages that were refused. */
  readonly refusals: FrontDesk['refusals'];
  readonly metricsPort?: number | undefined;
  /** For tests: a carrier that refuses everything, or never answers an ask. */
  setPolicy(policy: Policy): void;
  /** May be called more than once. */
  close(): Promise<void>;
}

const HOLDER_LIMIT = 5;
const RECONNECT_MS = 500;
/** So often it is looked whether operators want something. Milliseconds. */
const LOOK_MS = 250;
const FAREWELL_MS = 1_000;
/** Time that each kiosk's greeting is given when the carrier comes. Milliseconds. */
const GREETING_MS = 1;

const { allEvents, allStates, allTelemetry, allReplies, allConfigs } = centralTopics;

/** Eight digits in two groups. */
const newReference = (): string =>
  [randomInt(10_000), randomInt(10_000)].map((part) => String(part).padStart(4, '0')).join('-');

/**
 * The reference carrier: approves or refuses, binds, activates on `sale.taken`, acknowledges what is in its books.
 * @throws `carrier.books-in-use`, `carrier.books-unusable`
 */
export async function startCarrier(options: CarrierOptions, log: Logger): Promise<Carrier> {
  const lock = await lockBooks(options.dir);
  try {
    return await begin(options, log, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function begin(options: CarrierOptions, log: Logger, lock: WriterLock): Promise<Carrier> {
  const { dir, broker, holderLimit = HOLDER_LIMIT, metricsPort } = options;
  const keys = await loadKeys(join(dir, 'keys.json'));
  const signer = await JwkSigner.of(keys.signingKey, dir);
  const store = await SqliteCarrierStore.open(dir);
  const ledger = new Ledger(store, (sealed) => pseudonymOf(sealed, keys));
  const metrics = metricsPort === undefined ? undefined : await offer(dir, metricsPort, log);
  const meter = metrics?.meter ?? silentMeter;
  let rules: SaleRules = { policy: 'rules', holderLimit };
  const { registry, presences, orders } = store;
  const circumstances = () => ({ rules, now: Date.now(), newApproval: randomUUID, newReference });
  const desk = new FrontDesk({ ledger, registry, presences, orders, signer, log, circumstances, meter });
  let working: Promise<void> = Promise.resolve();

  const session = await store.beginSession(Date.now());
  const spreadMs = Math.min(GREETING_MS * (await registry.size()), LONGEST_SPREAD_MS);
  const presence = (state: CentralState): Promise<string> =>
    signer.sign(JSON.stringify(state), { topic: centralTopics.state });
  const [here, gone] = await Promise.all([
    presence({ online: true, session, spreadMs }),
    presence({ online: false, session }),
  ]);

  const { url, ...credentials } = broker;
  const client = connect(url, {
    // Every broker speaks 3.1.1, and the meaning of a message never depends on more.
    protocolVersion: 4,
    clientId: 'carrier',
    clean: true,
    reconnectPeriod: RECONNECT_MS,
    // A broker that does not know its users yet.
    reconnectOnConnackError: true,
    resubscribe: false,
    queueQoSZero: false,
    messageIdProvider: new UniqueMessageIdProvider(),
    will: { topic: centralTopics.state, payload: Buffer.from(gone), qos: 1, retain: true },
    ...credentials,
  });

  const publish = ({ topic, message }: Letter): void => {
    // A reply that does not get out is asked for again: the kiosk repeats what was not acknowledged.
    client.publish(topic, message, { qos: 1 }, (error) => {
      if (error) log.warn({ topic }, 'reply not published');
    });
  };

  const sayOffline = async (): Promise<void> => {
    await client
      .publishAsync(centralTopics.state, gone, { qos: 1, retain: true })
      .catch((error: unknown) => log.warn({ err: error }, 'farewell not published'));
  };

  let fault: string | undefined;
  client.on('connect', () => {
    fault = undefined;
    withoutDelay(client.stream);
    meter.set('simkiosk_carrier_connected', 1);
    client
      .subscribeAsync([allEvents, allStates, allTelemetry, allReplies, allConfigs], { qos: 1 })
      .then(() => client.publishAsync(centralTopics.state, here, { qos: 1, retain: true }))
      .catch((error: unknown) => log.warn({ err: error }, 'not online'));
  });
  client.on('close', () => meter.set('simkiosk_carrier_connected', 0));
  client.on('error', (error) => {
    // Each try fails alike until somebody has mended it.
    if (error.message !== fault) log.warn({ err: error }, 'broker');
    fault = error.message;
  });
  // In place of the event 'message': the next one is read from the socket only when this one is in the books.
  client.handleMessage = ({ topic, payload }, done) => {
    const begun = performance.now();
    working = desk
      .take(
        topic,
        Buffer.from(payload)
          .subarray(0, 4 * MAX_MESSAGE)
          .toString(),
      )
      .then((letters) => letters.forEach(publish))
      .catch((error: unknown) => log.error({ topic, code: codeOf(error), err: error }, 'message not taken'))
      .finally(() => {
        meter.observe('simkiosk_carrier_message_seconds', (performance.now() - begun) / 1_000);
        done();
      });
  };

  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    metrics?.close();
    await sending.close();
    // A frozen broker would hold the farewell for ever; the last will says the same.
    if (client.connected) await Promise.race([sayOffline(), pause(FAREWELL_MS, undefined, { ref: false })]);
    await client.endAsync(true);
    await working;
    await ledger.close();
    await lock.release();
  };

  // Operators write what they want into the books beside this process.
  const sending = againAndAgain(LOOK_MS, async () => {
    if (!client.connected) return;
    try {
      (await desk.orders()).forEach(publish);
    } catch (error) {
      log.error({ code: codeOf(error), err: error }, 'orders not sent');
    }
  });

  return {
    publicKey: keys.publicKey,
    signingKey: signer.publicKey,
    registry,
    orders,
    refusals: desk.refusals,
    metricsPort: metrics?.port,
    setPolicy(policy) {
      rules = { ...rules, policy };
    },
    close: () => (ending ??= end()),
  };
}

/** Does a piece of work, and again so long after it has ended. */
function againAndAgain(pauseMs: number, work: () => Promise<void>): { close(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  let underWay = Promise.resolve();
  const wait = (): void => {
    timer = setTimeout(() => {
      underWay = work().finally(() => {
        if (!isOver) wait();
      });
    }, pauseMs);
  };
  wait();
  return {
    async close() {
      isOver = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}

const offer = (dir: string, port: number, log: Logger) =>
  offerMetrics(carrierMetrics, port, log, (meter) => lookUp(dir, meter, Date.now()));
