import type { Clock } from '../contracts/clock.js';

/** Counts the machine's own time in a visit: all of it, less what was spent waiting for customer or motor. */
export class Stopwatch {
  readonly #clock: Clock;
  readonly #begin: number;
  #waited = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#begin = clock.monotonic();
  }

  /** Waits for a promise without counting the time; `busyMs` gives back what the machine worked meanwhile. */
  async waiting<T>(promise: Promise<T>, busyMs: () => number = () => 0): Promise<T> {
    const from = this.#clock.monotonic();
    try {
      return await promise;
    } finally {
      this.#waited += Math.max(0, this.#clock.monotonic() - from - busyMs());
    }
  }

  /** Milliseconds, to a tenth. */
  machineMs(): number {
    return Math.max(0, Math.round((this.#clock.monotonic() - this.#begin - this.#waited) * 10) / 10);
  }
}
