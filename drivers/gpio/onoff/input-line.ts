import type { Level } from '../../../src/contracts/gpio.js';
import { errnoOf, gpioError } from '../system-error.js';
import type { OpenLine } from './open-line.js';

export interface InputEvents {
  readonly onEdge: (level: Level, timestampNs: bigint) => void;
  readonly onLost: () => void;
}

/**
 * An input of sysfs. The kernel tells only that there was an interrupt: the level is read afterwards, and a pulse that is
 * over by then is not seen.
 */
export class InputLine {
  readonly #line: OpenLine;
  readonly #debounceMs: number;
  readonly #events: InputEvents;
  readonly #read: () => 0 | 1;
  #settled: Level;
  #timer: NodeJS.Timeout | undefined;

  constructor(line: OpenLine, debounceMs: number, events: InputEvents) {
    const { gpio } = line;
    this.#line = line;
    this.#debounceMs = debounceMs;
    this.#events = events;
    this.#read = gpio.readSync.bind(gpio);
    this.#settled = this.#level();
    // `onoff` reads in the handler of its interrupt, where nobody could catch what a lost chip throws.
    gpio.readSync = () => {
      try {
        return this.#read();
      } catch (error) {
        if (errnoOf(error) === undefined) throw error;
        events.onLost();
        return this.#settled ? 1 : 0;
      }
    };
    gpio.watch((_error, value) => this.#hear(value === 1));
  }

  get(): Level {
    // Reading takes away the interrupt that has not been heard of yet.
    if (this.#debounceMs > 0) return this.#settled;
    const level = this.#level();
    this.#settle(level);
    return level;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#line.close();
  }

  #hear(level: Level): void {
    if (this.#debounceMs === 0) {
      this.#settle(level);
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(this.#line.gpio.readSync() === 1), this.#debounceMs);
  }

  #settle(level: Level): void {
    if (level === this.#settled) return;
    this.#settled = level;
    this.#events.onEdge(level, process.hrtime.bigint());
  }

  #level(): Level {
    try {
      return this.#read() === 1;
    } catch (error) {
      throw gpioError(error, this.#line.where);
    }
  }
}
