import type { Wiring } from './wiring.js';

/**
 * A jam: latched until a reset, or until a card that the sensors saw is gone. A jam that no sensor sees cannot clear
 * by itself: nothing would tell the difference.
 */
export class Jam {
  readonly #wiring: Wiring;
  #jammed = false;
  #seen = false;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  get jammed(): boolean {
    return this.#jammed;
  }

  latch(): void {
    this.#jammed = true;
    this.#seen = !this.isWayFree();
  }

  clear(): void {
    this.#jammed = false;
  }

  /** To be called after every change of the sensors. */
  look(): void {
    if (!this.#jammed || this.#wiring.fault()) return;
    if (!this.isWayFree()) this.#seen = true;
    else if (this.#seen) this.#jammed = false;
  }

  isWayFree(): boolean {
    return !this.#wiring.active('transport') && !this.#wiring.active('exit');
  }
}
