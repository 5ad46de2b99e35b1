import type { ChallengeStep, FaceReason, Progress } from '../contracts/face-verifier.js';
import { type Effort, judge, LIMITS, NO_EFFORT, SOLID } from './challenge.js';
import type { Box } from './geometry.js';
import { guidance } from './guidance.js';
import { broken, type Sighting } from './track.js';
import type { View } from './view.js';

/** What guidance needs to know of a face: its height and place in parts of the picture (0 in the middle), its luma 0…255. */
export interface Hints {
  readonly share: number;
  readonly dx: number;
  readonly dy: number;
  readonly luma: number;
}

/** What one frame showed: one face, good or with a flaw, or why there is none. */
export type FrameReport =
  | {
      readonly at: number;
      readonly box: Box;
      readonly flaw?: FaceReason;
      /** How good it is, 0…100. */
      readonly score: number;
      readonly hints: Hints;
      /** Absent when the face is too small to be measured. */
      readonly view?: View;
    }
  | { readonly at: number; readonly box?: undefined; readonly flaw: FaceReason };

export interface CapturePlan {
  readonly steps: readonly ChallengeStep[];
  /** For each step, and for looking at the camera again after it. Milliseconds. */
  readonly stepMs: number;
}

/** Where a capture stands. */
export interface CaptureState {
  /** `settling`: before the challenge; `asking`: a step is asked for; `returning`: it is done, the face comes back. */
  readonly phase: 'settling' | 'asking' | 'returning';
  /** Steps that are done: frames are kept for the time before, between and after them. */
  readonly passed: number;
  /** Good frames seen in this phase. */
  readonly good: number;
  /** When the phase began. */
  readonly since: number;
  /** The face as it looked at the camera at first, and when the step was asked for. */
  readonly first?: View;
  readonly reference?: View;
  readonly effort: Effort;
  readonly last?: Sighting;
  /** When the first frame without a face came, since the last one with it. */
  readonly awaySince?: number;
  /** What was missing most recently: the reason should time run out now. */
  readonly missing: FaceReason;
  readonly done: boolean;
  /** The try is over without success. */
  readonly failed?: FaceReason;
}

export interface CaptureStep {
  readonly state: CaptureState;
  readonly progress: Progress;
  /** Keep this frame as one of the time after so many steps. */
  readonly keep?: number;
  /** With this frame a step is done that needs a head. */
  readonly turned: boolean;
  /** Another face before the challenge began: forget the frames kept so far, before keeping this one. */
  readonly restart: boolean;
}

/** Good frames needed before the challenge, between its steps, and after it. */
const ENOUGH = { before: 2, between: 1, after: 2 } as const;
/** So many frames with the perspective of a turned picture are no accident. */
const FLAT_FRAMES = 3;

export function startCapture(): CaptureState {
  const nothing = { passed: 0, good: 0, since: 0, effort: NO_EFFORT, missing: 'face.no-face', done: false } as const;
  return { phase: 'settling', ...nothing };
}

/**
 * One frame later. Good frames of a face that looks at the camera set the reference; each step is judged against the
 * reference before it; after each the face looks at the camera again. A face that is not the continuation of the last
 * one starts anew before the challenge, and ends the try once it has begun.
 */
export function captureStep(before: CaptureState, plan: CapturePlan, report: FrameReport): CaptureStep {
  const late = before.phase !== 'settling' && report.at - before.since > plan.stepMs;
  if (late) return ended(before, plan, report, undone(before.effort));
  if (!report.box) {
    const awaySince = before.awaySince ?? report.at;
    return told({ ...before, awaySince, missing: report.flaw }, plan, report);
  }

  const sighting = { at: report.at, box: report.box };
  const { awaySince, ...present } = before;
  const gone = before.last && broken(before.last, sighting, awaySince);
  if (gone && before.phase !== 'settling')
    return ended(present, plan, report, gone === 'jump' ? 'face.changed' : 'face.challenge-failed');
  const state = { ...(gone ? startCapture() : present), last: sighting };
  const restart = gone !== undefined;
  const good = report.flaw === undefined && report.view !== undefined;
  if (state.phase === 'settling')
    return good ? settled(state, plan, report, restart) : told({ ...state, ...missed(report) }, plan, report, restart);
  if (state.phase === 'asking') return asked(state, plan, report);
  return good && faces(state, report.view)
    ? returned(state, plan, report)
    : told({ ...state, ...missed(report) }, plan, report);
}

type Seen = Extract<FrameReport, { box: Box }>;

function settled(state: CaptureState, plan: CapturePlan, report: Seen, restart: boolean): CaptureStep {
  const { view } = report;
  const good = state.good + 1;
  const missing = plan.steps.length > 0 ? 'face.challenge-failed' : 'face.no-face';
  if (good < ENOUGH.before || !view) return { ...told({ ...state, good, missing }, plan, report, restart), keep: 0 };
  const next = { ...state, first: view, missing } as const;
  if (plan.steps.length === 0) return { ...told({ ...next, good, done: true }, plan, report), keep: 0 };
  return { ...told(asking(next, report, view), plan, report), keep: 0 };
}

function asking(state: CaptureState, { at }: Seen, reference: View): CaptureState {
  return { ...state, phase: 'asking', since: at, good: 0, reference, effort: NO_EFFORT };
}

function asked(state: CaptureState, plan: CapturePlan, report: Seen): CaptureStep {
  const step = plan.steps[state.passed];
  const { view } = report;
  const { reference } = state;
  if (!step || !view || !reference) return told({ ...state, ...missed(report) }, plan, report);
  const { result, ...effort } = judge(step, reference, state.effort, view);
  const good = report.flaw === undefined && faces(state, view);
  const next = { ...state, effort, missing: undone(effort) };
  if (result === 'wrong') return ended(next, plan, report, undone(effort));
  if (result === 'waiting') return { ...told(next, plan, report), ...(good && { keep: state.passed }) };
  const passed = { ...next, phase: 'returning', passed: state.passed + 1, since: report.at, good: 0 } as const;
  return { ...(good ? returned(passed, plan, report) : told(passed, plan, report)), turned: SOLID.has(step) };
}

function returned(state: CaptureState, plan: CapturePlan, report: Seen): CaptureStep {
  const good = state.good + 1;
  const last = state.passed >= plan.steps.length;
  const next = { ...state, good, missing: 'face.challenge-failed' } as const;
  const keep = state.passed;
  if (last) return { ...told({ ...next, done: good >= ENOUGH.after }, plan, report), keep };
  const { view } = report;
  const enough = good >= ENOUGH.between && view !== undefined;
  return { ...told(enough ? asking(next, report, view) : next, plan, report), keep };
}

/** Looks at the camera as at first. */
function faces({ first }: CaptureState, view: View | undefined): boolean {
  if (!first || !view) return false;
  const { yaw, pitch } = LIMITS.facing;
  return Math.abs(view.pose.yaw - first.pose.yaw) <= yaw && Math.abs(view.pose.pitch - first.pose.pitch) <= pitch;
}

function missed({ flaw }: FrameReport): { readonly missing: FaceReason } {
  return { missing: flaw ?? 'face.challenge-failed' };
}

/** Why a step that was not done was not done: it was tried with something flat, or not at all. */
function undone({ flat }: Effort): FaceReason {
  return flat >= FLAT_FRAMES ? 'face.not-live' : 'face.challenge-failed';
}

function ended(state: CaptureState, plan: CapturePlan, report: FrameReport, failed: FaceReason): CaptureStep {
  return told({ ...state, missing: failed, failed }, plan, report);
}

function told(state: CaptureState, plan: CapturePlan, report: FrameReport, restart = false): CaptureStep {
  return { state, restart, turned: false, progress: guidance(state, plan, report) };
}
