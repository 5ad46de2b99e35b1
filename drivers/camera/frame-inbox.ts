import type { Frame } from '../../src/contracts/camera.js';

/** Holds the newest frame until it is asked for; what it replaces is overwritten. */
export class FrameInbox {
  #frame: Frame | undefined;
  #failure: Error | undefined;
  #ended = false;
  #wake: () => void = () => undefined;

  put(frame: Frame): void {
    if (this.#ended || this.#failure) {
      frame.jpeg.fill(0);
      return;
    }
    this.#frame?.jpeg.fill(0);
    this.#frame = frame;
    this.#wake();
  }

  /** What is held can still be asked for. */
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

  /** The next frame, or `undefined` once ended. One caller at a time. @throws what it failed with */
  async next(): Promise<Frame | undefined> {
    while (!this.#frame && !this.#ended && !this.#failure) await new Promise<void>((resolve) => (this.#wake = resolve));
    const frame = this.#frame;
    this.#frame = undefined;
    if (!frame && this.#failure && !this.#ended) throw this.#failure;
    return frame;
  }
}
