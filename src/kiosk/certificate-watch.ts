import { z } from 'zod';
import type { Clock } from '../contracts/clock.js';
import type { CarrierLink } from '../contracts/link.js';
import { parseJson } from '../fleet/messages.js';
import type { OutboxRow } from '../journal/entry.js';
import type { Journal } from '../journal/journal.js';
import { DAY_MS, HOUR_MS } from '../lib/durations.js';

/** So many days before a certificate expires it is announced. */
export const ANNOUNCED_DAYS = [30, 7, 1] as const;
const LOOK_MS = HOUR_MS;
/** Where the journal keeps what was announced last. */
const KEY = 'certificate';
const Announced = z.strictObject({ until: z.number(), number: z.int() });

interface Options {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly isClockRight: () => boolean;
}

/** The number of the last announcement that is due, from 1; 0 when none is. */
export function dueAnnouncement(until: number, now: number): number {
  return ANNOUNCED_DAYS.filter((days) => until - now <= days * DAY_MS).length;
}

/**
 * Announces that the kiosk's certificate expires soon, in an event each time a number of days is reached, also across
 * restarts, by a clock that is to be believed. What a clock announced that was ahead is announced again in its time.
 * @returns a function that ends it
 */
export function watchCertificate(
  link: Pick<CarrierLink, 'certificateUntil' | 'onChange'>,
  { journal, clock, isClockRight }: Options,
  onEvent: (rows: readonly OutboxRow[]) => void,
  onError: (error: unknown) => void,
): () => void {
  let announced = Announced.catch({ until: 0, number: 0 }).parse(parseJson(journal.kept(KEY) ?? ''));
  let cancel = (): void => undefined;

  const look = (): void => {
    cancel();
    cancel = clock.after(LOOK_MS, look);
    const until = link.certificateUntil?.();
    if (until === undefined || !isClockRight()) return;
    const at = clock.now();
    const number = dueAnnouncement(until, at);
    const isNews = number > (announced.until === until ? announced.number : 0);
    announced = { until, number };
    if (!isNews) return;
    const data = { until: new Date(until).toISOString(), days: Math.max(0, Math.floor((until - at) / DAY_MS)) };
    const type = 'certificate.expiring';
    const kept = [{ key: KEY, value: JSON.stringify(announced) }];
    journal.append({ at, event: { type }, messages: () => [{ type, data }], kept }).then(onEvent, onError);
  };
  const remove = link.onChange(look);
  look();
  return () => {
    remove();
    cancel();
  };
}
