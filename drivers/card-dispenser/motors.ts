import type { GpioChip } from '../../src/contracts/gpio.js';
import { codeOf, type ErrorCode } from '../../src/errors.js';
import { motors, type Lines, type Motor } from './lines.js';

const OFF_TRIES = 2;

/** The motors' switches. */
export class Motors {
  readonly #gpio: GpioChip;
  readonly #lines: Lines;
  /** Why a motor could not be switched off; until it could. */
  fault: ErrorCode | undefined;

  constructor(gpio: GpioChip, lines: Lines) {
    this.#gpio = gpio;
    this.#lines = lines;
  }

  async on(motor: Motor): Promise<void> {
    await this.#gpio.set(this.#lines[motor], true);
  }

  /** All motors off. Never throws: what cannot be switched off is a fault. A lost chip has switched them off by itself. */
  async off(): Promise<void> {
    const failures = await Promise.all(motors.map((motor) => this.#switchOff(this.#lines[motor])));
    this.fault = failures.find((code) => code !== undefined);
  }

  async #switchOff(line: string): Promise<ErrorCode | undefined> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#gpio.set(line, false);
        return undefined;
      } catch (error) {
        const code = codeOf(error);
        if (code === 'gpio.chip-missing') return undefined;
        if (tries === OFF_TRIES) return code;
      }
    }
  }
}
