import type { KioskError } from '../../src/errors.js';

/** A camera that has sent no picture for so long has stalled, unless it is known to be slower. Milliseconds. */
export const STALL_MS = 2_000;

/** Who is given what a source delivers. */
export interface FrameSink {
  /** A whole picture; its bytes belong to the receiver, who overwrites them. */
  frame(jpeg: Uint8Array): void;
  /** Nothing more will come. May also be told while the source is off, if it sees then that the camera is lost. */
  fail(error: KioskError): void;
}

/**
 * Where the pictures of a camera come from: a socket, a program, one still after the other.
 * - Off until `start`. Nothing throws: what goes wrong is told to the sink, and ends what was started.
 * - After `stop`, `drop` and `close` no piece of a picture is left in its memory.
 */
export interface FrameSource {
  /** How long the first picture may take from `start`, and every further one. Milliseconds. */
  readonly startMs: number;
  readonly stallMs: number;
  /** The camera's device file, which vanishes when the camera is unplugged; left out when it has none. */
  readonly device?: string | undefined;
  /** Bytes have come since the last picture that were none. */
  readonly strayed: boolean;
  start(sink: FrameSink): void;
  /** Switches the camera off; a connection may stay. */
  stop(): void;
  /** Off, and lets go of everything, so that the next `start` begins anew. */
  drop(): void;
  /** As `drop`, for good. Resolves when nothing is left, e.g. no process. */
  close(): Promise<void>;
}
