import { connect, UniqueMessageIdProvider, type IClientOptions, type MqttClient } from 'mqtt';
import type { Broker } from '../contracts/broker.js';
import { MAX_MESSAGE, type Envelope, type LinkHello } from '../contracts/link.js';
import type { BrokerFault } from '../contracts/link-socket.js';
import type { Meter } from '../lib/metrics.js';
import { withoutDelay } from '../lib/no-delay.js';
import type { LinkMetric } from './metrics.js';
import { PublishQueue } from './publish-queue.js';
import { tlsFault } from './tls-fault.js';

/** MQTT 5, or 3.1.1 for brokers that do not speak it. */
export type ProtocolVersion = 5 | 4;

export interface SessionHandlers {
  onUp(): void;
  /**
   * Once, when the connection is over or did not come about.
   * @param refusal the broker's reason code, where it gave one (MQTT 5, §2.4; MQTT 3.1.1, §3.2.2.3)
   */
  onDown(reason: BrokerFault, refusal: number | undefined): void;
  onPublished(seq: number): void;
  onMessage(topic: string, payload: string): void;
}

export interface Session {
  publish(envelope: Envelope): void;
  /** Says goodbye as the last will would, and ends. Takes at most a second. */
  end(): Promise<void>;
}

/** Publishes under way at a time, unless the broker takes fewer (MQTT 5, §3.2.2.3.3: receive maximum): a slow one is not buried. */
const WINDOW = 16;
/** A broker that has not answered after so long is left. */
const ANSWER_MS = 30_000;
const FAREWELL_MS = 1_000;

/** Of a broker that is busy, ends, or heard nothing for too long (MQTT 5, §3.14.2.1): it refuses nobody. */
const NO_REFUSAL: ReadonlySet<number | undefined> = new Set([undefined, 0x89, 0x8b, 0x8d]);

/**
 * One connection to the broker, with a clean session: nothing depends on what a broker may remember. What could not be
 * published when it ends is dropped; the device process sends it again.
 */
export function openSession(
  broker: Broker,
  hello: LinkHello,
  version: ProtocolVersion,
  handlers: SessionHandlers,
  meter: Meter<LinkMetric>,
): Session {
  const { url, ...credentials } = broker;
  const client = connect(url, { ...options(hello, version), ...credentials });
  const waiting = new PublishQueue();
  let underWay = 0;
  /** So many may be: none before the greeting is over. */
  let room = 0;
  let over = false;
  let refusal: number | undefined;
  let fault: BrokerFault | undefined;

  /** @param reason why the broker does not have the kiosk, in its words */
  const leave = (reason: number | undefined): void => {
    refusal ??= reason;
    client.stream.destroy();
  };

  const pump = (): void => {
    while (underWay < room && client.connected) {
      const envelope = waiting.shift();
      meter.set('simkiosk_link_waiting_messages', waiting.size);
      if (!envelope) return;
      underWay += 1;
      const begun = performance.now();
      void publish(client, envelope).then((reason) => {
        underWay -= 1;
        if (reason === 0) {
          meter.count('simkiosk_link_published_messages_total', { qos: String(envelope.qos) });
          if (envelope.qos === 1) meter.observe('simkiosk_link_puback_seconds', (performance.now() - begun) / 1_000);
          if (envelope.seq !== undefined) handlers.onPublished(envelope.seq);
        }
        // Without its events a kiosk sells nothing: that they are refused must be known.
        else if (reason !== undefined && envelope.seq !== undefined) leave(reason);
        pump();
      });
    }
  };

  client.on('connect', ({ properties }) => {
    withoutDelay(client.stream);
    greet(client, hello).then(
      () => {
        room = Math.min(WINDOW, properties?.receiveMaximum ?? WINDOW);
        handlers.onUp();
        pump();
      },
      (error: unknown) => leave(reasonOf(error)),
    );
  });
  client.on('disconnect', ({ reasonCode }) => leave(reasonCode || undefined));
  // What is too large the device process refuses, cut or not; on a line that is too long it would hang up.
  client.on('message', (topic, payload) => handlers.onMessage(topic, payload.toString('utf8', 0, MAX_MESSAGE + 1)));
  client.on('error', (error) => {
    if (!('code' in error)) return;
    if (typeof error.code === 'number') refusal = error.code;
    else if (typeof error.code === 'string') fault ??= tlsFault(error.code);
  });
  client.on('close', () => {
    if (over) return;
    over = true;
    client.end(true);
    handlers.onDown(fault ?? (NO_REFUSAL.has(refusal) ? 'fleet.broker-unreachable' : 'fleet.broker-refused'), refusal);
  });

  return {
    publish(envelope) {
      if (!waiting.push(envelope)) meter.count('simkiosk_link_dropped_measurements_total');
      pump();
    },
    async end() {
      if (over) return;
      over = true;
      // A broker that is frozen, or that does not hang up, would hold a graceful end for ever (mqtt.js #710): the timer cuts
      // it. Once the client is ending it lets nobody end it again: the stream is what can be closed.
      const timer = setTimeout(() => {
        client.end(true);
        client.stream.destroy();
      }, FAREWELL_MS);
      if (client.connected) await publish(client, hello.will);
      await new Promise<void>((resolve) => {
        client.once('close', resolve);
        client.end(!client.connected, () => resolve());
      });
      clearTimeout(timer);
    },
  };
}

function options({ kiosk, will }: LinkHello, protocolVersion: ProtocolVersion): IClientOptions {
  return {
    protocolVersion,
    clientId: kiosk,
    clean: true,
    keepalive: 30,
    connectTimeout: 15_000,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    // The default one wraps around and loses messages silently (measured: 4,465 of 70,000).
    messageIdProvider: new UniqueMessageIdProvider(),
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain },
    rejectUnauthorized: true,
  };
}

async function greet(client: MqttClient, { subscriptions, birth }: LinkHello): Promise<void> {
  const { topic, payload, qos, retain } = birth;
  await answered(client, client.subscribeAsync([...subscriptions], { qos: 1 }));
  await answered(client, client.publishAsync(topic, payload, { qos, retain }));
}

/** @returns the broker's reason code, 0 when it has the message; undefined when it is left, since it does not say so in time */
async function publish(client: MqttClient, { topic, payload, qos, retain }: Envelope): Promise<number | undefined> {
  try {
    await answered(client, client.publishAsync(topic, payload, { qos, retain }));
    return 0;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Rejects when the broker refuses, and when it is left because it does not answer in time. */
async function answered(client: MqttClient, answer: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => client.stream.destroy(), ANSWER_MS).unref();
  try {
    await answer;
  } finally {
    clearTimeout(timer);
  }
}

/** What the broker said, where the error is its answer: to a subscription it comes with the whole SUBACK (§3.9.3). */
function reasonOf(error: unknown): number | undefined {
  const { code, packet } = error as { readonly code?: unknown; readonly packet?: { readonly granted?: unknown } };
  const granted: readonly unknown[] = Array.isArray(packet?.granted) ? packet.granted : [];
  return [code, ...granted].find((reason): reason is number => typeof reason === 'number' && reason >= 0x80);
}
