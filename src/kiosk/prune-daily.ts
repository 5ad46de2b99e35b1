import type { Clock } from '../contracts/clock.js';
import type { Journal } from '../journal/journal.js';
import { DAY_MS } from '../lib/durations.js';

/**
 * Lets go of acknowledged history older than `keepDays`, now and every day, as long as the clock is to be believed.
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
    if (isClockRight()) journal.prune(now - keepDays * DAY_MS, now).catch(onFailure);
    cancel = clock.after(DAY_MS, prune);
  };
  prune();
  return () => cancel();
}
