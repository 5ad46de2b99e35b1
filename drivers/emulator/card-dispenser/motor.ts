/**
 * A motor and the card it moves: the card has arrived when the motor has run for the whole travel time without a break,
 * and is where it came from when it has not. A motor that goes on running moves the next one.
 */
export class EmulatedMotor {
  readonly #travelMs: number;
  readonly #grips: () => boolean;
  readonly #onTravelled: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param grips asked at every start: whether this attempt moves the card at all */
  constructor(travelMs: number, grips: () => boolean, onTravelled: () => void) {
    this.#travelMs = travelMs;
    this.#grips = grips;
    this.#onTravelled = onTravelled;
  }

  set(running: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (running && this.#grips()) this.#run();
  }

  #run(): void {
    this.#timer = setTimeout(() => {
      this.#run();
      this.#onTravelled();
    }, this.#travelMs);
  }
}
