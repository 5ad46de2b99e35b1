const TICK_MS = 50;
/** What waited in a pipe for as long as the program was held up is no picture of now. */
const HELD_UP_MS = 500;

/**
 * Notices that frames do not come, and those that come too late. It counts turns of the event loop's clock rather than
 * time: a program that was held up (a suspended machine, a debugger) is not a camera that stands still, and what piled up
 * meanwhile is old.
 */
export class FrameWatch {
  #timer: NodeJS.Timeout | undefined;
  #ticksLeft = 0;
  #ticked = 0;
  #staleUntil = 0;

  /** Calls `onStall` once unless a frame is {@link seen} within `ms`. */
  start(ms: number, onStall: () => void): void {
    this.stop();
    this.#ticked = performance.now();
    this.#ticksLeft = ticks(ms);
    this.#timer = setInterval(() => {
      const now = performance.now();
      if (now - this.#ticked > HELD_UP_MS) this.#staleUntil = now + TICK_MS;
      this.#ticked = now;
      this.#ticksLeft -= 1;
      if (this.#ticksLeft > 0) return;
      this.stop();
      onStall();
    }, TICK_MS);
  }

  /** A frame came; the next may take `ms`. @returns whether it is a picture of now */
  seen(ms: number): boolean {
    this.#ticksLeft = ticks(ms);
    const now = performance.now();
    return now - this.#ticked <= HELD_UP_MS && now >= this.#staleUntil;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** One more, since the first may come at once. */
function ticks(ms: number): number {
  return Math.ceil(ms / TICK_MS) + 1;
}
