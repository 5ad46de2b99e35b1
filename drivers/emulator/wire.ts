import { lineOf, type InputSignal, type OutputSignal } from '../gpio/signal.js';
import type { ChipWires } from './chip-wires.js';
import type { WireLevel } from './gpio-line.js';

/** The far end of a signal: what it means, not how high the wire is. */
export class Wire {
  readonly line: string;
  readonly #activeLow: boolean;

  constructor(signal: InputSignal | OutputSignal) {
    this.line = lineOf(signal);
    this.#activeLow = typeof signal === 'string' ? false : (signal.activeLow ?? false);
  }

  isActive(level: WireLevel): boolean {
    return level !== this.#activeLow;
  }

  drive(chip: ChipWires, active: boolean): void {
    chip.drive(this.line, active !== this.#activeLow);
  }
}
