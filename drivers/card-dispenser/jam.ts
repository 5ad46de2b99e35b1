import type { Wiring } from './wiring.js';

/**
 * A jam: found by a movement that failed, or reported by a unit that has given up. Latched until a reset, or until a
 * card that the sensors saw is gone. A jam that no sensor sees cannot clear by itself: nothing would tell the difference.
 */
export class Jam {
  readonly #wiring: Wiring;
  #jammed = false;
  #seen = false;
  /** By the unit, when it was looked at last. */
  #reported = false;

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
    if (this.#wiring.wireFault()) return;
    const reported = this.#wiring.active('error');
    if (reported && !this.#reported) this.latch();
    this.#reported = reported;
    if (!this.#jammed || reported) return;
    if (!this.isWayFree()) this.#seen = true;
    else if (this.#seen) this.#jammed = false;
  }

  isWayFree(): boolean {
    return !this.#wiring.active('transport') && !this.#wiring.active('exit');
  }
}
