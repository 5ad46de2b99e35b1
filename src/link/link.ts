import type { Logger } from 'pino';
import { ToLink, type FromLink } from '../contracts/link-socket.js';
import type { LinkHello } from '../contracts/link.js';
import { backoffMs } from '../lib/backoff.js';
import { systemClock } from '../lib/clock.js';
import { Expectation } from '../lib/expectation.js';
import type { Condition } from '../lib/life-signs.js';
import { keepConnected, LineConnection } from '../lib/socket.js';
import { openSession, type Broker, type DownReason, type ProtocolVersion, type Session } from './session.js';

interface Options {
  /** The device process's socket. */
  readonly socket: string;
  readonly broker: Broker;
}

const WAITING = 'waiting for the device process';
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
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
export function startLink({ socket, broker }: Options, log: Logger): RunningLink {
  const nextStep = new Expectation(systemClock);
  let run: LineConnection | undefined;
  let session: Session | undefined;
  let version: ProtocolVersion = 5;
  let attempt = 0;
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

  const onDown = (reason: DownReason, refusedVersion: boolean): void => {
    session = undefined;
    if (refusedVersion && version === 5) {
      version = 4;
      log.info('the broker speaks MQTT 3.1.1 only');
      retry(0);
      return;
    }
    tell({ type: 'down', reason });
    status = `no connection to the broker: ${reason}`;
    const pauseMs = backoffMs(attempt, FIRST_PAUSE_MS, LONGEST_PAUSE_MS, Math.random());
    log.warn({ code: reason, attempt, pauseMs: Math.round(pauseMs) }, 'no connection to the broker');
    attempt += 1;
    retry(pauseMs);
  };

  const open = (hello: LinkHello): void => {
    if (session) return;
    nextStep.within(LONGEST_STEP_MS);
    const current = openSession(broker, hello, version, {
      onUp() {
        attempt = 0;
        nextStep.met();
        status = 'connected to the broker';
        log.info({ kiosk: hello.kiosk, session: hello.session, mqtt: version }, 'connected to the broker');
        tell({ type: 'up' });
      },
      onDown(reason, refusedVersion) {
        if (session === current) onDown(reason, refusedVersion);
      },
      onPublished: (seq) => tell({ type: 'published', seq }),
      onMessage: (topic, payload) => tell({ type: 'message', topic, payload }),
    });
    session = current;
  };

  const leave = (): void => {
    clearTimeout(timer);
    nextStep.met();
    const old = session;
    session = undefined;
    if (old) ending = old.end();
  };

  const connection = keepConnected(
    socket,
    (stream) => {
      const current = new LineConnection(stream);
      run = current;
      log.info('device process connected');
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
