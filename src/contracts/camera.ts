import type { Device } from './health.js';

/** One JPEG picture. The receiver owns the bytes and overwrites them when it is done. */
export interface Frame {
  readonly jpeg: Uint8Array;
  /** Monotonic milliseconds (`performance.now()`) at which the last byte arrived. */
  readonly at: number;
}

/**
 * A camera that delivers JPEG frames, at least 640×480, about 15 a second; one that takes only stills, as many as it can.
 * - The camera is off unless `frames` is iterated or `warm` is in force: before consent it is off. The one exception is a
 *   probe at start and after a fault, whose single frame is overwritten unseen.
 * - The newest frame wins: a slow consumer never sees a queue of old pictures. What piled up while the program was held up
 *   is not shown.
 * - Frames never touch a disk.
 * - Iteration ends normally when `signal` is aborted.
 * - A camera that failed keeps its `fault()` until a frame has arrived again; it is tried with back-off.
 * - A frame that breaks off is left out; many in a row are garbage.
 * - Errors: `camera.program-missing`, `camera.not-in-memory`,
 *   `camera.offline` (lost or cannot be opened), `camera.stalled` (no frame for 2,000 ms; the first one, and every still,
 *   may take longer, as configured), `camera.garbage` (bytes that are no JPEG, or a frame larger than 4 MiB).
 *   The detail has the last words of the program that reads the camera.
 */
export interface Camera extends Device {
  /**
   * Keeps the camera running, so that `frames` delivers at once; what nobody asked for is overwritten.
   * @returns a function that ends it
   */
  warm(): () => void;
  frames(signal: AbortSignal): AsyncIterable<Frame>;
}
