import type { Level } from '../../src/contracts/gpio.js';
import { codeOf, type ErrorCode } from '../../src/errors.js';

interface Outputs<Lamp extends string> {
  fault(): ErrorCode | undefined;
  set(lamp: Lamp, level: Level): Promise<void>;
}

/** Outputs of which the latest level asked for wins, also after the chip was lost. */
export class LampLines<Lamp extends string> {
  readonly #lines: Outputs<Lamp>;
  readonly #onFault: () => void;
  readonly #wanted = new Map<Lamp, Level>();
  #work: Promise<void> = Promise.resolve();
  /** Why a lamp is not as it was asked to be; until it is. */
  fault: ErrorCode | undefined;

  constructor(lines: Outputs<Lamp>, onFault: () => void) {
    this.#lines = lines;
    this.#onFault = onFault;
  }

  /** Resolves when the lamps are as they were asked to be last, or cannot be. Never rejects. */
  async set(levels: Readonly<Partial<Record<Lamp, Level>>>): Promise<void> {
    for (const [lamp, level] of Object.entries(levels) as [Lamp, Level][]) this.#wanted.set(lamp, level);
    await this.apply();
  }

  apply(): Promise<void> {
    this.#work = this.#work.then(() => this.#setAll());
    return this.#work;
  }

  async #setAll(): Promise<void> {
    // Lines that are not held yet are set when they are.
    if (this.#lines.fault() !== undefined) return;
    const before = this.fault;
    try {
      for (const [lamp, level] of this.#wanted) await this.#lines.set(lamp, level);
      this.fault = undefined;
    } catch (error) {
      const code = codeOf(error);
      this.fault = code === 'gpio.chip-missing' ? undefined : code;
    }
    if (this.fault !== before) this.#onFault();
  }
}
