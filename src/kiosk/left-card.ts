import type { Clock } from '../contracts/clock.js';
import type { ErrorCode } from '../errors.js';

/** Milliseconds. */
const AGAIN_MS = 60_000;

/** A card that could not be brought to the retain bin: it is tried again after a while, or when something has changed. */
export class LeftCard {
  readonly #clock: Clock;
  readonly #onAgain: () => void;
  #fault: ErrorCode | undefined;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, onAgain: () => void) {
    this.#clock = clock;
    this.#onAgain = onAgain;
  }

  /** Why it lies where it is. */
  get fault(): ErrorCode | undefined {
    return this.#fault;
  }

  leave(reason: ErrorCode | undefined): void {
    this.#cancel();
    this.#fault = reason;
    this.#cancel = this.#clock.after(AGAIN_MS, () => {
      this.tryAgain();
      this.#onAgain();
    });
  }

  tryAgain(): void {
    this.#cancel();
    this.#fault = undefined;
  }
}
