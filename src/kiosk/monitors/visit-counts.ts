import { HOUR_MS } from '../../lib/durations.js';
import type { TransactionEvent } from '../../transaction/events.js';
import type { Transaction } from '../../transaction/transaction.js';

/** So many visits with a verdict count, and fewer than this say nothing. */
const VISITS = 20;
const FEWEST = 10;

/** What visits say about faces and the reader, since the service was started. */
export class VisitCounts {
  /** The newest last; true: refused. */
  readonly #verdicts: boolean[] = [];
  /** Monotonic milliseconds. */
  #readerErrors: readonly number[] = [];

  /** @param now monotonic milliseconds */
  onStep(event: TransactionEvent, next: Transaction, now: number): void {
    if (event.type === 'face.matched') this.#verdict(false);
    if (event.type === 'face.failed' && next.state === 'done') this.#verdict(true);
    if (event.type === 'document.failed' && event.reason === 'document.unreadable') this.onReaderError(now);
  }

  onReaderError(now: number): void {
    this.#readerErrors = [...this.#inTheLastHour(now), now];
  }

  /** Percent; undefined before there were enough. */
  get faceRefusals(): number | undefined {
    const refused = this.#verdicts.filter(Boolean).length;
    return this.#verdicts.length < FEWEST ? undefined : Math.round((100 * refused) / this.#verdicts.length);
  }

  readerErrors(now: number): number {
    return this.#inTheLastHour(now).length;
  }

  #inTheLastHour(now: number): readonly number[] {
    return this.#readerErrors.filter((at) => now - at < HOUR_MS);
  }

  #verdict(refused: boolean): void {
    this.#verdicts.push(refused);
    if (this.#verdicts.length > VISITS) this.#verdicts.shift();
  }
}
