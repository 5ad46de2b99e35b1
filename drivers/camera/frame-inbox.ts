import type { Frame } from '../../src/contracts/camera.js';
import { KioskError } from '../../src/errors.js';

/** Holds the newest frame until it is asked for; what it replaces is overwritten. */
export class FrameInbox {
  #frame: Frame | undefined;
  #failure: Error | undefined;
  #ended = false;
  #wake: () => void = () => undefined;

  put(frame: Frame): void {
    if (this.#ended) {
      frame.jpeg.fill(0);
      return;
    }
    this.#frame?.jpeg.fill(0);
    this.#frame = frame;
    this.#wake();
  }

  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#frame?.jpeg.fill(0);
    this.#frame = undefined;
    this.#wake();
  }

  /** The next frame, or `undefined` once ended. @throws what it failed with, or `camera.stalled` after `stallMs` */
  async next(stallMs: number): Promise<Frame | undefined> {
    if (!this.#frame && !this.#ended && !this.#failure) await this.#wait(stallMs);
    const frame = this.#frame;
    this.#frame = undefined;
    if (this.#ended) return undefined;
    if (frame) return frame;
    throw this.#failure ?? new KioskError('camera.stalled');
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }
}
