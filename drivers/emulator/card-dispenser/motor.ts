import type { Motor } from '../../card-dispenser/signals.js';

/** What moves the cards, and what it moves. */
export interface Mechanics {
  readonly travelMs: number;
  /** Asked at every attempt: whether it moves the card at all. */
  grips(): boolean;
  /** The motor has run for the whole travel time. */
  travelled(motor: Motor): void;
}

/**
 * A motor on a level output, and the card it moves: the card has arrived when the motor has run for the whole travel
 * time without a break, and is where it came from when it has not. A motor that goes on running moves the next one.
 */
export class EmulatedMotor {
  readonly #motor: Motor;
  readonly #mechanics: Mechanics;
  #timer: NodeJS.Timeout | undefined;
  running = false;

  constructor(motor: Motor, mechanics: Mechanics) {
    this.#motor = motor;
    this.#mechanics = mechanics;
  }

  set(running: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.running = running;
    if (running && this.#mechanics.grips()) this.#run();
  }

  #run(): void {
    this.#timer = setTimeout(() => {
      this.#run();
      this.#mechanics.travelled(this.#motor);
    }, this.#mechanics.travelMs);
  }
}
