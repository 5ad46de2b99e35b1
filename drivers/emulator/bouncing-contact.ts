import type { InputSignal } from '../gpio/signal.js';
import type { ChipWires } from './chip-wires.js';
import { Wire } from './wire.js';

/** A contact bounces this long at most, milliseconds, and this often at most. */
const BOUNCE_MS = 5;
const MOST_BOUNCES = 3;

/** A mechanical contact on an input line: a change of it may bounce before it settles. */
export class BouncingContact {
  readonly #chip: ChipWires;
  readonly #wire: Wire;
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
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
    const changes = 2 * Math.floor(this.#random() * (MOST_BOUNCES + 1));
    this.#bounce(changes, BOUNCE_MS / Math.max(changes, 1), onSettled);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** One timer after the other: of two that are late, the later may be first. */
  #bounce(left: number, ms: number, onSettled: () => void): void {
    this.#timer = setTimeout(() => {
      if (left > 0) this.#wire.drive(this.#chip, this.#level === (left % 2 === 1));
      if (left > 1) this.#bounce(left - 1, ms, onSettled);
      else onSettled();
    }, ms);
  }
}
