import type { Logger } from 'pino';
import type { Broker } from '../contracts/broker.js';
import { ToLink, type BrokerFault, type FromLink } from '../contracts/link-socket.js';
import type { LinkHello } from '../contracts/link.js';
import { spreadMs } from '../lib/backoff.js';
import { systemClock } from '../lib/clock.js';
import { Expectation } from '../lib/expectation.js';
import type { Condition } from '../lib/life-signs.js';
import { silentMeter, type Meter } from '../lib/metrics.js';
import { keepConnected, LineConnection } from '../lib/socket.js';
import type { LinkMetric } from './metrics.js';
import { openSession, type ProtocolVersion, type Session, type SessionHandlers } from './session.js';
import { ownFault, validUntil } from './tls-fault.js';

interface Options {
  /** The device process's socket. */
  readonly socket: string;
  readonly broker: Broker;
  /** `auto`: MQTT 5, and 3.1.1 once a broker has refused it. */
  readonly mqtt?: 'auto' | '5' | '3.1.1';
  /** The pause after a loss, which doubles up to the longest; each is anywhere below. Milliseconds. */
  readonly reconnectMs?: { readonly first: number; readonly longest: number };
  /** 0 ≤ x < 1; what spreads the kiosks that lost one broker. */
  readonly random?: () => number;
  readonly meter?: Meter<LinkMetric>;
}

const WAITING = 'waiting for the device process';
const PAUSES = { first: 200, longest: 30_000 };
/** Refusals of a version of the protocol: MQTT 3.1.1, §3.2.2.3, and MQTT 5, §3.2.2.2. */
const WRONG_VERSION: ReadonlySet<unknown> = new Set([1, 0x84]);
/** Longer than an attempt to connect takes, with a broker that freezes in the middle of it. */
const LONGEST_STEP_MS = 90_000;

export interface RunningLink {
  condition(): Condition;
  close(): Promise<void>;
}

/**
 * The network process: a pipe between the device process and the broker. It looks into no envelope, keeps nothing, and
 * is connected to the broker only while there is a device process, whose greeting it asks for before every attempt.
 */
export function startLink(options: Options, log: Logger): RunningLink {
  const { socket, broker, mqtt = 'auto', reconnectMs = PAUSES } = options;
  const { random = Math.random, meter = silentMeter } = options;
  const nextStep = new Expectation(systemClock);
  let run: LineConnection | undefined;
  let session: Session | undefined;
  let version: ProtocolVersion = mqtt === '3.1.1' ? 4 : 5;
  let attempt = 0;
  let upSince: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ending: Promise<void> = Promise.resolve();
  let status = WAITING;

  const tell = (message: FromLink): void => run?.send(message);

  const retry = (pauseMs: number): void => {
    clearTimeout(timer);
    nextStep.within(pauseMs + LONGEST_STEP_MS);
    timer = setTimeout(() => {
      nextStep.met();
      tell({ type: 'hello-request' });
    }, pauseMs);
  };

  /** A broker that takes the kiosk only to leave it has not got over what was wrong. */
  const endUp = (): void => {
    const longestPause = spreadMs(attempt, reconnectMs.first, reconnectMs.longest, 1);
    if (upSince !== undefined && systemClock.monotonic() - upSince >= longestPause) attempt = 0;
    upSince = undefined;
  };

  const onDown = (reason: BrokerFault, refusal: number | undefined): void => {
    session = undefined;
    meter.set('simkiosk_link_connected', 0);
    if (WRONG_VERSION.has(refusal) && mqtt === 'auto' && version === 5) {
      version = 4;
      log.info('the broker speaks MQTT 3.1.1 only');
      retry(0);
      return;
    }
    meter.count('simkiosk_link_connection_failures_total', { code: reason });
    tell({ type: 'down', reason });
    status = `no connection to the broker: ${reason}`;
    endUp();
    const pauseMs = spreadMs(attempt, reconnectMs.first, reconnectMs.longest, random());
    log.warn({ code: reason, refusal, attempt, pauseMs: Math.round(pauseMs) }, 'no connection to the broker');
    attempt += 1;
    retry(pauseMs);
  };

  const open = (hello: LinkHello): void => {
    if (session) return;
    const own = ownFault(broker.cert, broker.key, hello.kiosk, Date.now());
    // Somebody else's certificate would speak in their name; with a key of another, or with what is none, TLS throws.
    if (own) return onDown(own, undefined);
    nextStep.within(LONGEST_STEP_MS);
    const handlers: SessionHandlers = {
      onUp() {
        upSince = systemClock.monotonic();
        nextStep.met();
        meter.set('simkiosk_link_connected', 1);
        meter.count('simkiosk_link_connections_total');
        status = 'connected to the broker';
        log.info({ kiosk: hello.kiosk, session: hello.session, mqtt: version }, 'connected to the broker');
        tell({ type: 'up' });
      },
      onDown(reason, refusal) {
        if (session === current) onDown(reason, refusal);
      },
      onPublished: (seq) => tell({ type: 'published', seq }),
      onMessage(topic, payload) {
        meter.count('simkiosk_link_received_messages_total');
        tell({ type: 'message', topic, payload });
      },
    };
    const current = openSession(broker, hello, version, handlers, meter);
    session = current;
  };

  const leave = (): void => {
    clearTimeout(timer);
    nextStep.met();
    const old = session;
    session = undefined;
    endUp();
    meter.set('simkiosk_link_connected', 0);
    if (old) ending = old.end();
  };

  const connection = keepConnected(
    socket,
    (stream) => {
      const current = new LineConnection(stream);
      run = current;
      meter.set('simkiosk_link_device_process_connected', 1);
      log.info('device process connected');
      const until = broker.cert === undefined ? undefined : validUntil(broker.cert);
      meter.set('simkiosk_link_certificate_expiry_timestamp_seconds', (until ?? 0) / 1_000);
      if (until !== undefined) current.send({ type: 'certificate', until } satisfies FromLink);
      current.onMessage((message) => {
        const parsed = ToLink.safeParse(message);
        if (!parsed.success) return current.close();
        if (parsed.data.type === 'publish') session?.publish(parsed.data.envelope);
        else open(parsed.data.hello);
      });
      void ending.then(() => {
        if (run === current) tell({ type: 'hello-request' });
      });
    },
    () => {
      if (run) log.warn({ code: 'link.down' }, 'device process gone');
      run = undefined;
      meter.set('simkiosk_link_device_process_connected', 0);
      status = WAITING;
      leave();
    },
  );

  return {
    condition: () => ({ healthy: !nextStep.overdue, status }),
    async close() {
      connection.close();
      leave();
      await ending;
      log.info('stopped');
    },
  };
}
