import type { Device } from './health.js';

/** One JPEG picture. The receiver owns the bytes and overwrites them when it is done. */
export interface Frame {
  readonly jpeg: Uint8Array;
  /** Monotonic milliseconds (`performance.now()`) at which the last byte arrived. */
  readonly at: number;
}

/**
 * A camera that delivers JPEG frames, at least 640×480, about 15 a second.
 * - Nothing is captured before `frames` is iterated, or after its signal is aborted: before consent the camera is off.
 * - The newest frame wins: a slow consumer never sees a queue of old pictures.
 * - Frames never touch a disk.
 * - Iteration ends normally when `signal` is aborted.
 * - Errors: `camera.offline` (lost or cannot be opened), `camera.stalled` (no frame for 2,000 ms),
 *   `camera.garbage` (bytes that are no JPEG, or a frame larger than 4 MiB).
 */
export interface Camera extends Device {
  frames(signal: AbortSignal): AsyncIterable<Frame>;
}
