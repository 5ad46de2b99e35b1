import type { Camera, Frame } from '../contracts/camera.js';
import { onAbort } from '../lib/on-abort.js';

/** The frames of one capture, from the first one that is asked for to its end: also when no frame comes any more. */
export class Film implements AsyncIterable<Frame> {
  readonly #camera: Camera;
  readonly #signal: AbortSignal;
  #end: () => void = () => undefined;

  /** @param signal nobody needs the capture any more */
  constructor(camera: Camera, signal: AbortSignal) {
    this.#camera = camera;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): AsyncIterator<Frame> {
    const over = new AbortController();
    const stop = (): void => over.abort('the capture is over');
    const forget = onAbort(this.#signal, stop);
    this.#end = () => {
      forget();
      stop();
    };
    return this.#camera.frames(over.signal)[Symbol.asyncIterator]();
  }

  /** The camera stops. */
  end(): void {
    this.#end();
  }
}
