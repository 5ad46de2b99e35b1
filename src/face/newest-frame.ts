import type { Frame } from '../contracts/camera.js';

/**
 * The newest frame of a camera: while one is looked at, those that arrive replace each other, and what is replaced is
 * overwritten. Never a queue of old pictures, however slow the machine.
 */
export class NewestFrame {
  readonly #source: AsyncIterator<Frame>;
  #frame: Frame | undefined;
  #failure: { readonly error: unknown } | undefined;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(frames: AsyncIterable<Frame>) {
    this.#source = frames[Symbol.asyncIterator]();
    void this.#pump();
  }

  /** The next frame, or `undefined` when the camera ended. Rejects with the camera's error. One caller at a time. */
  async next(): Promise<Frame | undefined> {
    while (!this.#frame && !this.#ended && !this.#failure) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const frame = this.#frame;
    this.#frame = undefined;
    if (!frame && this.#failure) throw this.#failure.error;
    return frame;
  }

  /** Lets go of the camera; does not wait for it, since it may be stuck. */
  stop(): void {
    this.#ended = true;
    this.#drop();
    this.#wake();
    const returned = this.#source.return?.();
    returned?.catch((error: unknown) => (this.#failure ??= { error }));
  }

  async #pump(): Promise<void> {
    try {
      while (!this.#ended) {
        const result = await this.#source.next();
        if (result.done) break;
        this.#offer(result.value);
      }
    } catch (error) {
      this.#failure = { error };
    }
    this.#ended = true;
    this.#wake();
  }

  #offer(frame: Frame): void {
    this.#drop();
    this.#frame = frame;
    if (this.#ended) this.#drop();
    this.#wake();
  }

  #drop(): void {
    this.#frame?.jpeg.fill(0);
    this.#frame = undefined;
  }
}
