import type { InputSignal } from '../gpio/signal.js';
import type { ChipWires } from './chip-wires.js';
import { Wire } from './wire.js';

/** A contact bounces this long at most, milliseconds, and this often at most. */
const BOUNCE_MS = 5;
const MOST_BOUNCES = 3;

/** A mechanical contact on an input line: every change of it bounces before it settles. */
export class BouncingContact {
  readonly #chip: ChipWires;
  readonly #wire: Wire;
  readonly #random: () => number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #level: boolean;

  constructor(chip: ChipWires, signal: InputSignal, random: () => number, level = false) {
    this.#chip = chip;
    this.#wire = new Wire(signal);
    this.#random = random;
    this.#level = level;
    this.#wire.drive(chip, level);
  }

  /** @param onSettled called after the last bounce; not at all when nothing changes, or something does before */
  set(level: boolean, onSettled: () => void = () => undefined): void {
    if (level === this.#level) return;
    this.#level = level;
    this.close();
    this.#wire.drive(this.#chip, level);
    const bounces = 1 + Math.floor(this.#random() * MOST_BOUNCES);
    const step = BOUNCE_MS / (2 * bounces);
    for (let i = 1; i <= 2 * bounces; i += 1)
      this.#after(i * step, () => this.#wire.drive(this.#chip, level === (i % 2 === 0)));
    this.#after(BOUNCE_MS, onSettled);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }
}
