import type { Clock } from '../../src/contracts/clock.js';
import { codeOf } from '../../src/errors.js';

/**
 * A document in the field that could not be read: it may not lie right yet. It is tried on, and said to have failed when it was
 * not read within `settleMs`, once for each time that it was put there.
 */
export class Misreading {
  #error: Error | undefined;
  #since = 0;
  #said = false;
  #gone = false;

  constructor(
    private readonly settleMs: number,
    private readonly clock: Clock,
  ) {}

  /** Whether there was one that lies there still, as far as is known. */
  get lasts(): boolean {
    return this.#error !== undefined && !this.#gone;
  }

  /** Somebody asks for a document: what an earlier asker has not heard concerns nobody. */
  begin(): void {
    if (!this.#said) this.over();
  }

  /** It could not be read this time. @throws what is no error of a document */
  failed(error: unknown): void {
    if (!(error instanceof Error) || !codeOf(error).startsWith('document.')) throw error;
    if (!this.#error) this.#since = this.clock.monotonic();
    this.#error = error;
    this.#gone = false;
  }

  /** Nothing lies there: whatever is put there counts anew, once it was said that this failed. */
  gone(): void {
    if (this.#said) this.over();
    else this.#gone = true;
  }

  /** It was read, or never mind. */
  over(): void {
    this.#error = undefined;
    this.#said = this.#gone = false;
  }

  /** What is to be said of it now. */
  due(): Error | undefined {
    return this.#leftMs() > 0 ? undefined : this.#say();
  }

  /** Calls back when something is to be said of it. @returns a function that cancels */
  whenDue(callback: (error: Error) => void): () => void {
    if (!this.#error || this.#said) return () => undefined;
    return this.clock.after(Math.max(0, this.#leftMs()), () => {
      const error = this.#say();
      if (error) callback(error);
    });
  }

  #say(): Error | undefined {
    const error = this.#said ? undefined : this.#error;
    if (error && this.#gone) this.over();
    else if (error) this.#said = true;
    return error;
  }

  #leftMs(): number {
    return this.#since + this.settleMs - this.clock.monotonic();
  }
}
