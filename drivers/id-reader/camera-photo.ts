import sharp from 'sharp';
import type { Camera } from '../../src/contracts/camera.js';
import type { Clock } from '../../src/contracts/clock.js';
import type { PhotoSource } from '../../src/contracts/id-reader.js';
import { KioskError, type ErrorCode } from '../../src/errors.js';
import { systemClock } from '../../src/lib/clock.js';

/** A camera needs some pictures to find light and focus. */
const LOOKS = 6;

/**
 * The photograph of a document, taken from its data page by a camera that is on only meanwhile: the sharpest of the first
 * {@link LOOKS} pictures. Which face in it counts is the face pipeline's business.
 */
export class CameraPhotoSource implements PhotoSource {
  readonly name: string;

  constructor(
    private readonly camera: Camera,
    private readonly options: { readonly timeoutMs: number },
    private readonly clock: Clock = systemClock,
  ) {
    this.name = camera.name;
  }

  fault(): ErrorCode | undefined {
    return this.camera.fault();
  }

  onChange(listener: () => void): () => void {
    return this.camera.onChange(listener);
  }

  close(): Promise<void> {
    return this.camera.close();
  }

  async take(signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    const timeout = new AbortController();
    const cancel = this.clock.after(this.options.timeoutMs, () => timeout.abort());
    try {
      const best = await sharpest(this.camera, AbortSignal.any([signal, timeout.signal]));
      if (signal.aborted) best?.fill(0);
      signal.throwIfAborted();
      if (!best) throw new KioskError('document.photo-unreadable', 'no picture of the data page in time');
      return best;
    } finally {
      cancel();
    }
  }
}

async function sharpest(camera: Camera, stop: AbortSignal): Promise<Uint8Array | undefined> {
  let best: { readonly jpeg: Uint8Array; readonly sharpness: number } | undefined;
  let looks = 0;
  try {
    for await (const { jpeg } of camera.frames(stop)) {
      const sharpness = await sharpnessOf(jpeg);
      if (sharpness <= (best?.sharpness ?? UNREADABLE)) {
        jpeg.fill(0);
      } else {
        best?.jpeg.fill(0);
        best = { jpeg, sharpness };
      }
      if (sharpness !== UNREADABLE) looks += 1;
      if (looks === LOOKS) break;
    }
    return best?.jpeg;
  } catch (error) {
    best?.jpeg.fill(0);
    throw error;
  }
}

const UNREADABLE = -1;

/** Standard deviation of the picture's Laplacian. */
async function sharpnessOf(jpeg: Uint8Array): Promise<number> {
  try {
    return (await sharp(jpeg).stats()).sharpness;
  } catch {
    // Whatever is wrong with a picture, there will be another.
    return UNREADABLE;
  }
}
