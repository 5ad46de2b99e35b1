import type { Frame } from '../contracts/camera.js';
import type { Clock } from '../contracts/clock.js';
import type { FaceReason, Progress } from '../contracts/face-verifier.js';
import { KioskError } from '../errors.js';
import { onAbort } from '../lib/on-abort.js';
import { NewestFrame } from './newest-frame.js';
import type { FrameOutcome } from './session.js';

/** So many frames in a row that are no pictures mean that the camera is at fault, not the moment. */
const GARBAGE = 10;

export interface CaptureLoop {
  readonly frames: AsyncIterable<Frame>;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly begin: () => Promise<unknown>;
  readonly look: (frame: Frame) => Promise<FrameOutcome>;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Looks at the newest frame again and again until one ends the capture; tells of each: as often as the camera and the
 * machine can, which is more than five times a second.
 * @returns milliseconds since that frame arrived
 * @throws the `face.…` code with which the challenge failed, or of what was missing most recently at the deadline or when
 *   the camera ended,
 *   the `face.image-…` code of frames that are no pictures, the camera's error, or the signal's reason
 */
export async function captureLoop(options: CaptureLoop): Promise<number> {
  const { signal, onProgress } = options;
  signal.throwIfAborted();
  let camera: NewestFrame | undefined;
  let unseen: Promise<Frame | undefined> | undefined;
  let missing: FaceReason = 'face.no-face';
  let garbage = 0;

  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    const cancel = options.clock.after(options.deadlineMs, () => reject(new KioskError(missing)));
    const forget = onAbort(signal, () => reject(signal.reason as Error));
    stop = () => {
      cancel();
      forget();
    };
  });

  try {
    await Promise.race([stopped, options.begin()]);
    camera = new NewestFrame(options.frames);
    for (;;) {
      unseen = camera.next();
      const frame = await Promise.race([stopped, unseen]);
      unseen = undefined;
      if (!frame) throw new KioskError(missing);
      const outcome = await Promise.race([stopped, options.look(frame)]);
      if (!outcome.readable) {
        garbage += 1;
        if (garbage >= GARBAGE) throw new KioskError(outcome.reason);
        continue;
      }
      garbage = 0;
      missing = outcome.missing;
      onProgress(outcome.progress);
      if (outcome.failed) throw new KioskError(outcome.failed);
      if (outcome.done) return options.clock.monotonic() - frame.at;
    }
  } finally {
    stop();
    camera?.stop();
    // A frame that came in the very moment in which the capture ended: nobody looks at it, so nobody else overwrites it.
    unseen?.then(
      (frame) => frame?.jpeg.fill(0),
      () => undefined,
    );
  }
}
