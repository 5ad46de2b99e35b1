import type { Clock } from '../contracts/clock.js';

/** One thing that must have happened by a time; what a watchdog looks at. Setting the wall clock changes nothing. */
export class Expectation {
  readonly #clock: Clock;
  #due: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It must happen within so many milliseconds; an earlier expectation is forgotten. */
  within(ms: number): void {
    this.#due = this.#clock.monotonic() + ms;
  }

  /** It happened, or need not any more. */
  met(): void {
    this.#due = undefined;
  }

  get overdue(): boolean {
    return this.#due !== undefined && this.#clock.monotonic() > this.#due;
  }
}
