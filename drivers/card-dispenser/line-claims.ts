import type { Clock } from '../../src/contracts/clock.js';
import type { GpioChip } from '../../src/contracts/gpio.js';
import { codeOf, type ErrorCode } from '../../src/errors.js';
import { motors, sensors, type Lines } from './lines.js';

/** Between two tries to get lines that were refused: whoever holds them may let go. */
const RETRY_MS = 1_000;

export interface ClaimOptions {
  readonly gpio: GpioChip;
  readonly lines: Lines;
  readonly debounceMs: number;
  readonly clock: Clock;
  readonly onChange: () => void;
}

/** Requests the dispenser's lines once, and again for as long as they are refused. */
export class LineClaims {
  readonly #options: ClaimOptions;
  /** Why the lines are not held (yet). */
  fault: ErrorCode | undefined = 'gpio.chip-missing';
  #outputs = false;
  #closed = false;
  #cancelRetry: () => void = () => undefined;

  constructor(options: ClaimOptions) {
    this.#options = options;
    void this.#claim();
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry();
  }

  async #claim(): Promise<void> {
    const { gpio, lines, debounceMs, clock } = this.#options;
    try {
      if (!this.#outputs) await gpio.requestOutputs(motors.map((motor) => ({ line: lines[motor] })));
      this.#outputs = true;
      const debounceUs = debounceMs * 1_000;
      await gpio.requestInputs(sensors.map((sensor) => ({ line: lines[sensor], debounceUs })));
      this.#conclude(undefined);
    } catch (error) {
      this.#conclude(codeOf(error, 'gpio.chip-missing'));
      if (!this.#closed) this.#cancelRetry = clock.after(RETRY_MS, () => void this.#claim());
    }
  }

  #conclude(fault: ErrorCode | undefined): void {
    if (this.#closed) return;
    this.fault = fault;
    this.#options.onChange();
  }
}
