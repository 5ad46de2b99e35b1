import type { Edge, InputRequest, Level, OutputRequest } from '../../src/contracts/gpio.js';
import type { SafeOutput } from './safe-off-file.js';

export interface ChipEvents {
  onEdge(edge: Edge): void;
  /** The chip is gone; may be called more than once. */
  onLost(): void;
}

/** One opening of a GPIO chip of the kernel, from open to loss. Every error is a `KioskError` of `gpio.…`. */
export interface OpenChip {
  /** Where an output is and which level it has at rest. @throws `gpio.line-unknown` */
  place(request: OutputRequest): SafeOutput;
  /** All lines of a request, or none. */
  requestOutputs(requests: readonly OutputRequest[]): Promise<void>;
  requestInputs(requests: readonly InputRequest[]): Promise<void>;
  set(line: string, level: Level): void;
  /** Edges that the kernel has noted before are delivered before this returns. */
  get(line: string): Level;
  /** @throws `gpio.chip-missing` when the chip is gone */
  check(): void;
  /** Outputs inactive, lines let go; of a chip that is gone too. */
  close(): void;
}

/** @throws `gpio.chip-missing`, `gpio.no-access`, `gpio.unsupported` */
export type ChipOpener = (events: ChipEvents) => OpenChip;
