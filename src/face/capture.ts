import type { ChallengeStep, FaceReason, Guidance, Progress } from '../contracts/face-verifier.js';
import { continues, passed, type Sighting } from './challenge.js';
import type { Box } from './geometry.js';

/** What one frame showed: one face, good or with a flaw, or why there is none. */
export type FrameReport =
  | { readonly at: number; readonly box: Box; readonly flaw?: FaceReason; readonly score: number }
  | { readonly at: number; readonly box?: undefined; readonly flaw: FaceReason };

/** Frames kept for comparing: before the challenge, the best during it, and the one that ended it. */
export type Slot = 'before' | 'during' | 'after';

/** Where a capture stands. */
export interface CaptureState {
  /** Steps still to be passed, in order. */
  readonly steps: readonly ChallengeStep[];
  /** The face as it stood when the current step began; absent until the first good frame. */
  readonly reference?: Box;
  readonly last?: Sighting;
  /** Score of the frame kept during the challenge. */
  readonly best: number;
  /** What was missing most recently: the reason should time run out now. */
  readonly missing: FaceReason;
  readonly done: boolean;
}

export interface CaptureStep {
  readonly state: CaptureState;
  readonly progress: Progress;
  /** Keep this frame, in place of what the slot held. */
  readonly keep?: Slot;
  /** Another face: forget all frames kept so far, before keeping this one. */
  readonly restart: boolean;
}

const GUIDANCE: Readonly<Partial<Record<FaceReason, Guidance>>> = {
  'face.several-faces': 'one-person-only',
  'face.too-far': 'come-closer',
  'face.too-dark': 'more-light',
  'face.too-bright': 'less-light',
  'face.blurred': 'hold-still',
};

export function startCapture(steps: readonly ChallengeStep[]): CaptureState {
  return { steps, best: -Infinity, missing: 'face.no-face', done: false };
}

/**
 * One frame later. A good frame sets the reference, every step is judged against the good frame before it, and the
 * capture ends with a good frame once no step is left. A face that is not the continuation of the last one starts anew.
 */
export function captureStep(before: CaptureState, all: readonly ChallengeStep[], report: FrameReport): CaptureStep {
  if (!report.box) return waiting({ ...before, missing: report.flaw }, false);

  const sighting = { at: report.at, box: report.box };
  const restart = before.last !== undefined && !continues(before.last, sighting);
  const state: CaptureState = { ...(restart ? startCapture(all) : before), last: sighting };
  if (report.flaw) return waiting({ ...state, missing: report.flaw }, restart);

  if (!state.reference) {
    const missing = all.length > 0 ? 'face.challenge-failed' : 'face.no-face';
    return { ...waiting({ ...state, reference: report.box, missing }, restart), keep: 'before' };
  }
  const [step, ...later] = state.steps;
  if (step && !passed(step, state.reference, report.box)) {
    const better = report.score > state.best;
    const next = { ...state, missing: 'face.challenge-failed', best: Math.max(state.best, report.score) } as const;
    return { ...waiting(next, false), ...(better ? { keep: 'during' } : {}) };
  }
  const next = { ...state, steps: later, reference: report.box };
  if (later.length > 0) return { ...waiting(next, false), keep: 'during' };
  return { state: { ...next, done: true }, progress: { guidance: 'done' }, keep: 'after', restart: false };
}

function waiting(state: CaptureState, restart: boolean): CaptureStep {
  const [challenge] = state.reference ? state.steps : [];
  const guidance =
    challenge && state.missing === 'face.challenge-failed'
      ? CHALLENGE_GUIDANCE[challenge]
      : (GUIDANCE[state.missing] ?? 'look-at-camera');
  return { state, restart, progress: { guidance, ...(challenge ? { challenge } : {}) } };
}

const CHALLENGE_GUIDANCE: Readonly<Record<ChallengeStep, Guidance>> = { 'come-closer': 'come-closer' };
