import type { Camera, Frame } from '../contracts/camera.js';
import type { ErrorCode } from '../errors.js';

/**
 * A camera with a light that tells people when it runs: on before it is used and off after, whoever uses it. Its probe at
 * start and after a fault, which nobody sees, is the driver's own and has no light.
 */
export class LitCamera implements Camera {
  readonly #camera: Camera;
  readonly #light: (on: boolean) => Promise<void>;
  #users = 0;

  /** @param light never rejects; resolves when the light is as asked, or cannot be */
  constructor(camera: Camera, light: (on: boolean) => Promise<void>) {
    this.#camera = camera;
    this.#light = light;
  }

  get name(): string {
    return this.#camera.name;
  }

  fault(): ErrorCode | undefined {
    return this.#camera.fault();
  }

  detail(): string | undefined {
    return this.#camera.detail?.();
  }

  onChange(listener: () => void): () => void {
    return this.#camera.onChange(listener);
  }

  warm(): () => void {
    let wanted = true;
    let cool: (() => void) | undefined;
    void this.#enter().then(() => {
      if (wanted) cool = this.#camera.warm();
    });
    return () => {
      if (!wanted) return;
      wanted = false;
      cool?.();
      this.#leave();
    };
  }

  async *frames(signal: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    try {
      await this.#enter();
      yield* this.#camera.frames(signal);
    } finally {
      this.#leave();
    }
  }

  close(): Promise<void> {
    return this.#camera.close();
  }

  #enter(): Promise<void> {
    this.#users += 1;
    return this.#light(true);
  }

  #leave(): void {
    this.#users -= 1;
    if (this.#users === 0) void this.#light(false);
  }
}
