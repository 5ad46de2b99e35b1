import type { ErrorCode } from '../errors.js';
import type { Private } from '../lib/private.js';
import type { Frame } from './camera.js';
import type { Device } from './health.js';

/** What the liveness challenge may ask for. The order and choice are drawn at random for every try. */
export type ChallengeStep = 'come-closer';

/** What the customer should do now, told while capturing. */
export type Guidance =
  'look-at-camera' | 'one-person-only' | 'come-closer' | 'more-light' | 'less-light' | 'hold-still' | 'done';

export interface Progress {
  readonly guidance: Guidance;
  /** Set while a challenge step is asked for. */
  readonly challenge?: ChallengeStep;
}

/** Where the faces of a picture are, in its own pixels. */
export interface Inspection {
  readonly width: number;
  readonly height: number;
  readonly faces: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly score: number;
  }[];
}

export type FaceReason = Extract<ErrorCode, `face.${string}`>;

export type Verdict = { readonly decision: 'match' } | { readonly decision: 'no-match'; readonly reason: FaceReason };

/**
 * One customer against one photograph: 1:1 only, nothing is ever searched among many.
 * Templates, crops and decoded frames live in the verifier for one visit; the frames' JPEG bytes are overwritten by it.
 * - `enrol` takes the document's photograph. Errors: `document.photo-unreadable`, `document.photo-no-face`.
 * - `capture` looks at frames until quality gate and challenge are passed, or its deadline (milliseconds from the call) is over, and keeps the best.
 *   Resolves with the milliseconds from the arrival of the frame that decided: what the machine itself made the customer wait.
 *   Rejects with the `face.…` code of what was missing, or with a `camera.…` code of the frames, or with the signal's reason.
 * - `verify` compares what was captured with the enrolled photograph.
 * - `inspect` finds the faces of one picture for a technician, and overwrites its bytes; it keeps nothing.
 * - `wipe` overwrites everything of the visit; it is called at the end of every visit and always resolves.
 * - `face.engine-failed` ends the visit; the verifier restarts its engine by itself and reports `fault()` meanwhile
 *   (`face.engine-starting` at first).
 */
export interface FaceVerifier extends Device {
  enrol(photo: Private<Uint8Array>): Promise<void>;
  capture(
    frames: AsyncIterable<Frame>,
    options: { readonly steps: readonly ChallengeStep[]; readonly deadlineMs: number; readonly signal: AbortSignal },
    onProgress: (progress: Progress) => void,
  ): Promise<number>;
  verify(): Promise<Verdict>;
  inspect(jpeg: Uint8Array): Promise<Inspection>;
  wipe(): Promise<void>;
}
