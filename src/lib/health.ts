import type { ErrorCode } from '../errors.js';
import { Listeners } from './listeners.js';

/** The fault of a device and those who want to know of it. */
export class Health {
  #fault: ErrorCode | undefined;
  readonly #listeners = new Listeners();

  constructor(fault?: ErrorCode) {
    this.#fault = fault;
  }

  get fault(): ErrorCode | undefined {
    return this.#fault;
  }

  set(fault: ErrorCode | undefined): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#listeners.emit();
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  close(): void {
    this.#listeners.clear();
  }
}
