import { codeOf, type ErrorCode } from '../../src/errors.js';
import type { DeviceLines } from '../gpio/device-lines.js';
import { motors, type Motor, type Output, type Sensor } from './signals.js';

const OFF_TRIES = 2;

/** The dispenser's outputs. */
export class Switches {
  readonly #lines: DeviceLines<Output, Sensor>;
  /** Why an output could not be switched off; until it could. */
  fault: ErrorCode | undefined;

  constructor(lines: DeviceLines<Output, Sensor>) {
    this.#lines = lines;
  }

  async on(output: Output): Promise<void> {
    await this.#lines.set(output, true);
  }

  /** All motors off. Never throws: what cannot be switched off is a fault. A lost chip has switched them off by itself. */
  async off(): Promise<void> {
    await this.#allOff([...motors, 'reset']);
  }

  /** Everything off, the interlock too. Never throws. */
  async stop(): Promise<void> {
    await this.#allOff(['enable', ...motors, 'reset']);
  }

  /** The end of a pulse. Never throws. */
  async release(output: Motor | 'reset'): Promise<void> {
    this.fault = await this.#switchOff(output);
  }

  async #allOff(all: readonly Output[]): Promise<void> {
    const failures = await Promise.all(all.map((output) => this.#switchOff(output)));
    this.fault = failures.find((code) => code !== undefined);
  }

  async #switchOff(output: Output): Promise<ErrorCode | undefined> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#lines.set(output, false);
        return undefined;
      } catch (error) {
        const code = codeOf(error);
        if (code === 'gpio.chip-missing') return undefined;
        if (tries === OFF_TRIES) return code;
      }
    }
  }
}
