import type { Clock } from '../contracts/clock.js';
import { Expectation } from '../lib/expectation.js';

/** A state must have been left so long after its deadline. Milliseconds. */
const GRACE_MS = 30_000;

/** The deadline of the state that the kiosk is in. */
export class Deadline {
  readonly #clock: Clock;
  readonly #left: Expectation;
  #cancelTimer: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#left = new Expectation(clock);
  }

  /** Calls back in so many milliseconds: not at a time of the wall clock, which may jump. */
  set(ms: number, onPassed: () => void): void {
    this.cancel();
    this.#left.within(ms + GRACE_MS);
    this.#cancelTimer = this.#clock.after(ms, onPassed);
  }

  /** The state was left. */
  cancel(): void {
    this.#cancelTimer();
    this.#left.met();
  }

  /** Passed long ago, and the state is still the same. */
  get overdue(): boolean {
    return this.#left.overdue;
  }
}
