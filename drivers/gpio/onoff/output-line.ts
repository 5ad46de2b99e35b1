import type { Level } from '../../../src/contracts/gpio.js';
import { gpioError } from '../system-error.js';
import type { OpenLine } from './open-line.js';

export class OutputLine {
  readonly #line: OpenLine;
  #level: Level = false;

  constructor(line: OpenLine) {
    this.#line = line;
  }

  set(level: Level): void {
    try {
      this.#line.gpio.writeSync(level ? 1 : 0);
      this.#level = level;
    } catch (error) {
      throw gpioError(error, this.#line.where);
    }
  }

  /** The level it was set to. */
  get(): Level {
    return this.#level;
  }

  /** sysfs lets go of a line as it is: inactive first. */
  close(): void {
    try {
      this.#line.gpio.writeSync(0);
    } catch (error) {
      if (gpioError(error, this.#line.where).code !== 'gpio.chip-missing') throw error;
    } finally {
      this.#line.close();
    }
  }
}
