import type { Clock } from '../../src/contracts/clock.js';
import type { GpioChip, InputRequest, OutputRequest } from '../../src/contracts/gpio.js';
import { codeOf, KioskError, type ErrorCode } from '../../src/errors.js';

/** Between two tries to get lines that were refused: whoever holds them may let go. */
const RETRY_MS = 1_000;

export interface ClaimOptions {
  readonly gpio: GpioChip;
  readonly outputs: readonly OutputRequest[];
  readonly inputs: readonly InputRequest[];
  readonly clock: Clock;
  readonly onChange: () => void;
}

/** Requests the lines of a device once, and again for as long as they are refused. */
export class LineClaims {
  readonly #options: ClaimOptions;
  /** Why the lines are not held (yet). */
  fault: ErrorCode | undefined;
  /** Chip and line, and who holds it. */
  detail: string | undefined;
  #outputsHeld: boolean;
  #closed = false;
  #cancelRetry: () => void = () => undefined;

  constructor(options: ClaimOptions) {
    this.#options = options;
    this.#outputsHeld = options.outputs.length === 0;
    if (this.#outputsHeld && options.inputs.length === 0) return;
    this.fault = 'gpio.chip-missing';
    void this.#claim();
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry();
  }

  async #claim(): Promise<void> {
    const { gpio, outputs, inputs, clock } = this.#options;
    try {
      if (!this.#outputsHeld) await gpio.requestOutputs(outputs);
      this.#outputsHeld = true;
      if (inputs.length > 0) await gpio.requestInputs(inputs);
      this.#conclude(undefined);
    } catch (error) {
      this.#conclude(codeOf(error, 'gpio.chip-missing'), error instanceof KioskError ? error.detail : undefined);
      if (!this.#closed) this.#cancelRetry = clock.after(RETRY_MS, () => void this.#claim());
    }
  }

  #conclude(fault: ErrorCode | undefined, detail?: string): void {
    if (this.#closed) return;
    this.fault = fault;
    this.detail = detail;
    this.#options.onChange();
  }
}
