import type { Device } from './health.js';

/** Logical level: `true` is active, whatever the polarity of the wire. */
export type Level = boolean;

export interface OutputRequest {
  /** Name of the line, or its offset on the chip in decimal digits. */
  readonly line: string;
  readonly activeLow?: boolean;
}

export interface InputRequest {
  /** Name of the line, or its offset on the chip in decimal digits. */
  readonly line: string;
  readonly activeLow?: boolean;
  readonly bias?: 'pull-up' | 'pull-down' | 'disabled';
  /** Level changes shorter than this are not reported; 0 reports every edge. Microseconds. */
  readonly debounceUs?: number;
}

export interface Edge {
  readonly line: string;
  readonly level: Level;
  /** Timestamp of the edge on the chip's own clock, nanoseconds. */
  readonly timestampNs: bigint;
}

/**
 * A GPIO chip, its lines known by name.
 * - A line is requested before use, once; requested outputs start inactive, and inactive is their safe level.
 * - Whatever ends the program (close, crash, `kill -9`), every output goes back to its safe level.
 * - `set` resolves when the level is on the wire. `get` reads an input (debounced) or the level an output was set to.
 * - Edges are delivered in the order of their timestamps.
 * - After the chip was lost and found again, the lines are requested again by the driver itself, outputs inactive.
 * - Whether the kernel lets go of a dead program's outputs is not the driver's to promise on every machine
 *   (a Raspberry Pi's own kernel keeps them; sysfs always does): `systemd/safe-off` then does it.
 * - A chip that is not there, or may not be opened, is a fault; requests wait until it can be, everything else is rejected.
 * - `bias` is `gpio.unsupported` where a driver cannot set one; `disabled` is taken as it is there.
 * - Errors: `gpio.chip-missing`, `gpio.no-access`, `gpio.unsupported`, `gpio.line-unknown`, `gpio.line-busy`,
 *   `gpio.line-direction`, `gpio.safe-off-unwritable`; the detail names chip and line, and who holds a busy line where
 *   the kernel says so.
 */
export interface GpioChip extends Device {
  requestOutputs(requests: readonly OutputRequest[]): Promise<void>;
  requestInputs(requests: readonly InputRequest[]): Promise<void>;
  set(line: string, level: Level): Promise<void>;
  get(line: string): Promise<Level>;
  /** @returns a function that removes the listener */
  onEdge(listener: (edge: Edge) => void): () => void;
}
