import type { Clock } from '../contracts/clock.js';
import type { ErrorCode } from '../errors.js';
import { parseJson } from '../fleet/messages.js';
import type { KioskBirth } from '../fleet/presence.js';
import type { Journal } from '../journal/journal.js';
import { openAlarms } from './monitors/alarms.js';

/** Whether the kiosk can sell, and why not. */
export interface Fitness {
  readonly sellable: boolean;
  readonly reasons: readonly ErrorCode[];
}

/** How a kiosk is, beyond which connection it says it on. */
export type Presence = Omit<KioskBirth, 'online' | 'session' | 'revision' | 'epoch' | 'lastSeq' | 'version'>;

/**
 * What operators are told of a kiosk at this moment.
 * @param now wall clock, as `certificateUntil`: milliseconds since the epoch
 */
export async function presenceOf(
  journal: Journal,
  { sellable, reasons }: Fitness,
  now: number,
  certificateUntil: number | undefined,
): Promise<Presence> {
  const [oldest] = await journal.unacknowledged(1, journal.messages().acknowledged);
  const time = oldest && timeOf(oldest.payload);
  const { committed, acknowledged } = journal.messages();
  const { state, since } = journal.transaction() ?? { state: 'out-of-service' as const, since: now };
  return {
    at: isoTime(now),
    sellable,
    reasons: [...reasons],
    state,
    since: isoTime(since),
    cards: journal.cards(),
    alarms: [...openAlarms(journal)],
    outbox: { depth: committed - acknowledged, ...(time !== undefined && { oldest: time }) },
    ...(certificateUntil !== undefined && { certificateUntil: isoTime(certificateUntil) }),
  };
}

/** Of an event as it waits. */
function timeOf(payload: string): string | undefined {
  const event = parseJson(payload);
  return typeof event === 'object' && event !== null && 'time' in event ? String(event.time) : undefined;
}

const isoTime = (ms: number): string => new Date(ms).toISOString();

/** About so often a kiosk says how it is: three times before it counts as down. Milliseconds. */
const REFRESH_MS = 60_000;

/**
 * Calls back about every minute, anywhere in half a minute around it, so that many kiosks do not speak in step.
 * @param random 0 ≤ x < 1
 * @returns a function that ends it
 */
export function aboutEveryMinute(clock: Clock, random: () => number, callback: () => void): () => void {
  let cancel = (): void => undefined;
  const wait = (): void => {
    cancel = clock.after(REFRESH_MS * (0.75 + random() / 2), () => {
      wait();
      callback();
    });
  };
  wait();
  return () => cancel();
}
