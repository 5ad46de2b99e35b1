import type { Clock } from '../contracts/clock.js';
import { Listeners } from '../lib/listeners.js';

interface Timer {
  readonly at: number;
  /** Timers of one moment fire in the order in which they were set. */
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

const NOW = Promise.resolve();

/** Time that passes only when nothing else is left to do. Milliseconds; the wall clock may jump, the other one does not. */
export class VirtualTime {
  readonly #heap: Timer[] = [];
  #now = 0;
  #orders = 0;
  /** What the wall clock of the kiosk says beyond the time that has passed. */
  wallOffset = Date.UTC(2026, 0, 1);
  /** Nothing is left that could happen. */
  isOver = false;

  get now(): number {
    return this.#now;
  }

  /** @returns a function that cancels it */
  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: (this.#orders += 1), callback, cancelled: false };
    this.#push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /**
   * Goes on from moment to moment; in between every promise goes on that can: Node runs this queue when none is left.
   * @param look called in between; time ends when it says so
   */
  run(look: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const next = (): void => {
        if (look()) {
          resolve();
          return;
        }
        this.#advance();
        later();
      };
      const soon = (): void => process.nextTick(next);
      // Ticks come before promises, unless a promise has asked for them.
      const later = (): void => void NOW.then(soon);
      later();
    });
  }

  /** Goes to the next moment at which something is due, and does it. */
  #advance(): void {
    for (;;) {
      const timer = this.#pop();
      if (timer?.cancelled) continue;
      if (!timer) {
        this.isOver = true;
        return;
      }
      this.#now = timer.at;
      timer.callback();
      return;
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (!parent || before(parent, timer)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const [left, right] = [heap[below], heap[below + 1]];
      if (!left) break;
      if (right && before(right, left)) below += 1;
      const child = heap[below];
      if (!child || before(last, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

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
