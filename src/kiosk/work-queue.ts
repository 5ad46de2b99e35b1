import type { Clock } from '../contracts/clock.js';
import { Expectation } from '../lib/expectation.js';

/** Longer than any step of the machine takes, a slow disk and five attempts at a jam included. Milliseconds. */
const LONGEST_MS = 30_000;

/** Work that is done one piece at a time, in the order it came. The first that fails ends it. */
export class WorkQueue {
  readonly #underWay: Expectation;
  readonly #onFailure: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(clock: Clock, onFailure: (error: unknown) => void) {
    this.#underWay = new Expectation(clock);
    this.#onFailure = onFailure;
  }

  /** Whether the piece under way should have ended long ago. */
  get stuck(): boolean {
    return this.#underWay.overdue;
  }

  /** @param longestMs how long the work may take before the queue counts as stuck */
  add(work: () => Promise<void>, longestMs = LONGEST_MS): void {
    if (!this.#closed) this.#last = this.#do(work, longestMs, this.#last);
  }

  /** Nothing further is begun; resolves when the piece under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }

  async #do(work: () => Promise<void>, longestMs: number, before: Promise<void>): Promise<void> {
    await before;
    if (this.#closed) return;
    this.#underWay.within(longestMs);
    try {
      await work();
    } catch (error) {
      this.#closed = true;
      this.#onFailure(error);
    } finally {
      this.#underWay.met();
    }
  }
}
