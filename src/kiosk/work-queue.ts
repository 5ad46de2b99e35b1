import type { Clock } from '../contracts/clock.js';
import { Expectation } from '../lib/expectation.js';

/** Longer than any step of the machine takes, a slow disk and five attempts at a jam included. Milliseconds. */
const LONGEST_MS = 30_000;

interface Piece {
  readonly work: () => Promise<void>;
  readonly longestMs: number;
}

/** Work that is done one piece at a time, in the order it came, the first at once. The first that fails ends it. */
export class WorkQueue {
  readonly #underWay: Expectation;
  readonly #onFailure: (error: unknown) => void;
  readonly #pieces: Piece[] = [];
  #working = false;
  #done: Promise<void> | undefined;
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
    if (this.#closed) return;
    this.#pieces.push({ work, longestMs });
    if (!this.#working) this.#done = this.#do();
  }

  /** Nothing further is begun; resolves when the piece under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#done;
  }

  async #do(): Promise<void> {
    this.#working = true;
    for (let piece = this.#pieces.shift(); piece && !this.#closed; piece = this.#pieces.shift()) {
      this.#underWay.within(piece.longestMs);
      try {
        await piece.work();
      } catch (error) {
        this.#closed = true;
        this.#onFailure(error);
      } finally {
        this.#underWay.met();
      }
    }
    this.#working = false;
  }
}
