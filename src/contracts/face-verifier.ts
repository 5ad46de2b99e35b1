import type { ErrorCode } from '../errors.js';
import type { Private } from '../lib/private.js';
import type { Frame } from './camera.js';
import type { Device } from './health.js';

/**
 * What the liveness challenge may ask for. Choice and order are drawn at random for every try. Left and right are the
 * customer's own.
 */
export const CHALLENGE_STEPS = ['turn-left', 'turn-right', 'nod', 'come-closer', 'blink'] as const;
export type ChallengeStep = (typeof CHALLENGE_STEPS)[number];

/** What the customer should do now, told while capturing. */
export type Guidance =
  | ChallengeStep
  | 'look-at-camera'
  | 'one-person-only'
  | 'move-left'
  | 'move-right'
  | 'move-up'
  | 'move-down'
  | 'more-light'
  | 'less-light'
  | 'hold-still'
  | 'open-eyes'
  | 'done';

export interface Progress {
  readonly guidance: Guidance;
  /** Set while a challenge step is asked for. */
  readonly challenge?: ChallengeStep;
  /**
   * Numbers that go with it, for a screen to draw: `step` and `of` of a challenge; how far it is done, `done` 0…1, and
   * `msLeft` for it; `share`, the height of the face in the picture, and `wanted`; `by`, the way to move in parts of the picture;
   * `luma`, 0…255.
   */
  readonly parameters: Readonly<Record<string, number>>;
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
 *   `stepMs` is the time for each step of the challenge. `onProgress` is told of every frame that was looked at.
 *   Resolves with the milliseconds from the arrival of the frame that decided: what the machine itself made the customer wait.
 *   Rejects with the `face.…` code of what was missing, or with a `camera.…` code of the frames, or with the signal's reason.
 * - `verify` compares what was captured with the enrolled photograph, and judges whether it was live and one person throughout.
 * - `inspect` finds the faces of one picture for a technician, and overwrites its bytes; it keeps nothing.
 * - `wipe` overwrites everything of the visit; it is called at the end of every visit and always resolves.
 * - `face.engine-failed` ends the visit; the verifier restarts its engine by itself and reports `fault()` meanwhile
 *   (`face.engine-starting` at first).
 */
export interface FaceVerifier extends Device {
  enrol(photo: Private<Uint8Array>): Promise<void>;
  capture(
    frames: AsyncIterable<Frame>,
    options: {
      readonly steps: readonly ChallengeStep[];
      readonly stepMs: number;
      readonly deadlineMs: number;
      readonly signal: AbortSignal;
    },
    onProgress: (progress: Progress) => void,
  ): Promise<number>;
  verify(): Promise<Verdict>;
  inspect(jpeg: Uint8Array): Promise<Inspection>;
  wipe(): Promise<void>;
}
