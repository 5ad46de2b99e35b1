import type { Clock } from '../contracts/clock.js';

/** Counts the machine's own time in a visit: all of it, less what was spent waiting for customer or motor. */
export class Stopwatch {
  readonly #clock: Clock;
  readonly #begin: number;
  #waited = 0;
  #pausedAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#begin = clock.monotonic();
  }

  /** Waits for a promise without counting the time; `machineMs` says how much of it was the machine's own after all. */
  async waiting<T>(promise: Promise<T>, machineMs: (result: T) => number = () => 0): Promise<T> {
    const from = this.#clock.monotonic();
    let own = 0;
    try {
      const result = await promise;
      own = machineMs(result);
      return result;
    } finally {
      this.#waited += Math.max(0, this.#clock.monotonic() - from - own);
    }
  }

  /** Waiting begins that {@link resume} ends. */
  pause(): void {
    this.#pausedAt ??= this.#clock.monotonic();
  }

  resume(): void {
    if (this.#pausedAt !== undefined) this.#waited += this.#clock.monotonic() - this.#pausedAt;
    this.#pausedAt = undefined;
  }

  /** Milliseconds, to a tenth. */
  machineMs(): number {
    return Math.max(0, Math.round((this.#clock.monotonic() - this.#begin - this.#waited) * 10) / 10);
  }
}
