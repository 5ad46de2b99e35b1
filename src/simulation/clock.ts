import { nextTick } from 'node:process';
import type { Clock } from '../contracts/clock.js';
import { Listeners } from '../lib/listeners.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

const NOW = Promise.resolve();
/** Steps after which Node gets to do what it has put off. */
const BREATH = 1_024;

/** Time that passes only when nothing else is left to do. Milliseconds; the wall clock may jump, the other one does not. */
export class VirtualTime {
  /** What is due next stands last. Few wait at a time, for what is cancelled leaves at once: a heap would cost more. */
  readonly #timers: Timer[] = [];
  #now = 0;
  /** What the wall clock of the kiosk says beyond the time that has passed. */
  wallOffset = Date.UTC(2026, 0, 1);
  /** Nothing is left that could happen. */
  isOver = false;

  get now(): number {
    return this.#now;
  }

  /** Whole milliseconds, as Node's timers. @returns a function that cancels it */
  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, Math.trunc(ms)), callback };
    this.#put(timer);
    return () => this.#remove(timer);
  }

  /**
   * Goes on from moment to moment; in between every promise goes on that can: Node runs this queue when none is left.
   * @param look called in between; time ends when it says so
   * @param thrown gets what something that was due has thrown
   */
  run(look: () => boolean, thrown: (error: unknown) => void): Promise<void> {
    return new Promise((resolve) => {
      const next = (): void => {
        if (look()) {
          resolve();
          return;
        }
        try {
          this.#advance();
        } catch (error) {
          thrown(error);
        }
        later();
      };
      const soon = (): void => nextTick(next);
      let steps = 0;
      // Ticks come before promises, unless a promise has asked for them. What was rejected unheard is said between them.
      const later = (): void => {
        if ((steps += 1) % BREATH === 0) setImmediate(next);
        else void NOW.then(soon);
      };
      later();
    });
  }

  /** Goes to the next moment at which something is due, and does it. */
  #advance(): void {
    const timer = this.#timers.pop();
    if (!timer) {
      this.isOver = true;
      return;
    }
    this.#now = timer.at;
    timer.callback();
  }

  #remove(timer: Timer): void {
    const timers = this.#timers;
    let at = timers.length - 1;
    while (at >= 0 && timers[at] !== timer) at -= 1;
    if (at < 0) return;
    for (let next = timers[at + 1]; next; next = timers[at + 1]) {
      timers[at] = next;
      at += 1;
    }
    timers.pop();
  }

  /** Timers of one moment fire in the order in which they were set. */
  #put(timer: Timer): void {
    const timers = this.#timers;
    let at = timers.length;
    for (let next = timers[at - 1]; next && next.at <= timer.at; next = timers[at - 1]) {
      timers[at] = next;
      at -= 1;
    }
    timers[at] = timer;
  }
}

/** One run of the service's program, from its start to its end or crash: afterwards nothing of it happens any more. */
export class Life {
  readonly #time: VirtualTime;
  readonly #ends = new Listeners();
  #alive = true;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  get alive(): boolean {
    return this.#alive;
  }

  readonly clock: Clock = {
    now: () => this.#time.now + this.#time.wallOffset,
    monotonic: () => this.#time.now,
    after: (ms, callback) =>
      this.#time.after(ms, () => {
        if (this.#alive) callback();
      }),
  };

  /** Called once, when it ends. @returns a function that removes the listener */
  onEnd(listener: () => void): () => void {
    return this.#ends.add(listener);
  }

  end(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#ends.emit();
  }
}

/** What a program that is dead waits for. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
