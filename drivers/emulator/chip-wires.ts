import type { WireLevel } from './gpio-line.js';

/** The ends of a chip's wires, for the world behind them: levels are those on the wire, polarity is the service's affair. */
export interface ChipWires {
  output(line: string): WireLevel;
  /** @returns a function that removes the listener */
  onOutput(listener: (line: string, level: WireLevel) => void): () => void;
  /** Sets the level on the wire of an input. */
  drive(line: string, level: WireLevel): void;
}
