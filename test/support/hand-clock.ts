import type { Clock } from '../../src/contracts/clock.js';

/** Time that passes only when a test says so; the wall clock can be set apart from it. */
export class HandClock implements Clock {
  #monotonic = 5_000;
  #wall = 1_000_000;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  pass(ms: number): void {
    this.#monotonic += ms;
    this.#wall += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      if (timer.at > this.#monotonic || !this.#timers.delete(timer)) continue;
      timer.callback();
    }
  }

  /** Somebody sets the wall clock. */
  setWall(ms: number): void {
    this.#wall = ms;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#monotonic + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}
