import type { Clock } from '../contracts/clock.js';
import type { Journal } from '../journal/journal.js';
import { DAY_MS, HOUR_MS } from '../lib/durations.js';

/**
 * Lets go of acknowledged history older than `keepDays`, now and every day. By a clock that is not to be believed nothing
 * goes; it is asked again every hour, since a machine without a battery for it may be switched off every night.
 * @returns a function that ends it
 */
export function pruneDaily(
  journal: Pick<Journal, 'prune'>,
  clock: Clock,
  keepDays: number,
  isClockRight: () => boolean,
  onFailure: (error: unknown) => void,
): () => void {
  let cancel: () => void = () => undefined;
  const prune = (): void => {
    const now = clock.now();
    const isRight = isClockRight();
    if (isRight) journal.prune(now - keepDays * DAY_MS, now).catch(onFailure);
    cancel = clock.after(isRight ? DAY_MS : HOUR_MS, prune);
  };
  prune();
  return () => cancel();
}
