import { CHALLENGE_STEPS, type ChallengeStep } from '../contracts/face-verifier.js';
import { breadth, parallax, type View } from './view.js';

/** Steps that a flat picture cannot do: one of them is in every challenge. */
export const SOLID: ReadonlySet<ChallengeStep> = new Set(['turn-left', 'turn-right', 'nod']);
const TURNS: ReadonlySet<ChallengeStep> = new Set(['turn-left', 'turn-right']);

/** All orders of two different steps of which at least one needs a head: 18. */
export const CHALLENGES: readonly (readonly ChallengeStep[])[] = CHALLENGE_STEPS.flatMap((first) =>
  CHALLENGE_STEPS.filter((second) => second !== first && (SOLID.has(first) || SOLID.has(second))).map(
    (second) => [first, second] as const,
  ),
);

/** One challenge, each with the same chance. @param random a number 0 ≤ x < `below`, unpredictable */
export function drawChallenge(random: (below: number) => number): readonly ChallengeStep[] {
  return CHALLENGES[random(CHALLENGES.length)] ?? [];
}

/**
 * Measured on 37 people, seen by a camera in perspective: flat prints tilted by up to 60° change the yaw by 12° at most and
 * move the nose by 0.035 distances between the eyes, bent ones by 24° and 0.052, tilted up 18° of pitch and 0.029; heads
 * turned by 25° by 24…32° and 0.088…0.139, nodding by 20° by 13…29° and 0.045…0.124 (10 % … 90 %).
 */
export const LIMITS = {
  turn: { yaw: 15, nose: 0.06 },
  nod: { pitch: 12, nose: 0.04 },
  /**
   * What nobody asked for: a film that does everything, one after the other, would else pass every challenge that is in
   * it. More than people do by the way.
   */
  unasked: { yaw: 22, pitch: 18, nose: 0.06, closer: 1.4 },
  closer: 1.25,
  /** Parts of a step at which a frame counts as half-way: nobody is expected to move slower than the camera. */
  half: { from: 0.1, to: 1.25 },
  /** Nearer, but looking at the camera. */
  facing: { yaw: 12, pitch: 14 },
  blink: { drop: 0.35, back: 0.2 },
  /** Breadth of the face, relative to before, that a head only reaches with a change of pose that a picture lacks. */
  flat: { narrow: 0.84, broad: 1.3, yaw: 12, pitch: 10 },
} as const;

/** What was seen since a step was asked for. */
export interface Effort {
  /** How far the step is done now, 0…1. */
  readonly done: number;
  /** A frame showed the movement half-way: it was not cut together. */
  readonly onTheWay: boolean;
  /** The eyes were seen closed. */
  readonly closed: boolean;
  /** Frames that showed the perspective of a turned picture without the pose of a turned head. */
  readonly flat: number;
  /** All that was asked for is there at once: it counts when it is done again, so that the way is seen. */
  readonly jumped: boolean;
}

export const NO_EFFORT: Effort = { done: 0, onTheWay: false, closed: false, flat: 0, jumped: false };

export interface Judgement extends Effort {
  /** `wrong`: did what was not asked for. */
  readonly result: 'waiting' | 'passed' | 'wrong';
}

/** Judges one more view of a step. @param reference the face when the step was asked for, looking at the camera */
export function judge(step: ChallengeStep, reference: View, before: Effort, now: View): Judgement {
  const change = {
    yaw: now.pose.yaw - reference.pose.yaw,
    pitch: now.pose.pitch - reference.pose.pitch,
    nose: parallax(reference.shape, now.shape),
  };
  const flat = before.flat + (looksFlat(reference, now, change) ? 1 : 0);
  const { done, blinked = false } = measured(step, reference, before, now, change);
  const onTheWay = before.onTheWay || step === 'blink' || (done >= LIMITS.half.from && done <= LIMITS.half.to);
  const effort = {
    done: Math.max(0, Math.min(1, done)),
    onTheWay,
    closed: before.closed || blinked,
    flat,
    jumped: done >= 1 && !onTheWay,
  };
  if (unasked(reference, now, change).some((done) => done !== step)) return { ...effort, result: 'wrong' };
  return { ...effort, result: done >= 1 && onTheWay ? 'passed' : 'waiting' };
}

interface Change {
  readonly yaw: number;
  readonly pitch: number;
  readonly nose: { readonly x: number; readonly y: number };
}

/** What was done in full, whether it was asked for or not; blinking is no offence. */
function unasked(reference: View, now: View, { yaw, pitch, nose }: Change): ChallengeStep[] {
  const limit = LIMITS.unasked;
  const done: ChallengeStep[] = [];
  if (yaw >= limit.yaw && nose.x >= limit.nose) done.push('turn-left');
  if (-yaw >= limit.yaw && -nose.x >= limit.nose) done.push('turn-right');
  const way = Math.sign(pitch);
  // The pose of a head that is turned aside says little of how it nods.
  const nods = Math.abs(yaw) < LIMITS.facing.yaw && way * pitch >= limit.pitch && -way * nose.y >= limit.nose;
  if (nods) done.push('nod');
  if (now.box.height >= limit.closer * reference.box.height) done.push('come-closer');
  return done;
}

/** How far a step is done: 1 when all it needs is seen. The least of what it needs counts. */
function measured(
  step: ChallengeStep,
  reference: View,
  before: Effort,
  now: View,
  { yaw, pitch, nose }: Change,
): { readonly done: number; readonly blinked?: boolean } {
  const { turn, nod, closer, facing, blink } = LIMITS;
  switch (step) {
    case 'turn-left':
      return { done: Math.min(yaw / turn.yaw, nose.x / turn.nose) };
    case 'turn-right':
      return { done: Math.min(-yaw / turn.yaw, -nose.x / turn.nose) };
    case 'nod': {
      // Up or down; the nose goes the way of the head.
      const way = Math.sign(pitch);
      return { done: Math.min((way * pitch) / nod.pitch, (-way * nose.y) / nod.nose) };
    }
    case 'come-closer': {
      const done = (now.box.height / reference.box.height - 1) / (closer - 1);
      const faces = Math.abs(yaw) <= facing.yaw && Math.abs(pitch) <= facing.pitch;
      return { done: faces ? done : Math.min(done, 0.9) };
    }
    case 'blink': {
      const blinked = now.eyesOpen <= reference.eyesOpen - blink.drop;
      const open = now.eyesOpen >= reference.eyesOpen - blink.back;
      return { done: before.closed && open ? 1 : before.closed || blinked ? 0.5 : 0, blinked };
    }
  }
}

function looksFlat(reference: View, now: View, { yaw, pitch }: Change): boolean {
  const ratio = breadth(now.shape) / breadth(reference.shape);
  const { narrow, broad, yaw: mostYaw, pitch: mostPitch } = LIMITS.flat;
  if (ratio <= narrow) return Math.abs(yaw) < mostYaw && Math.abs(pitch) < mostPitch;
  return ratio >= broad && Math.abs(pitch) < mostPitch && Math.abs(yaw) < mostYaw;
}

/** Whether a step is a turn of the head: while it is asked for, the face looks away. */
export function looksAway(step: ChallengeStep | undefined): boolean {
  return step !== undefined && (TURNS.has(step) || step === 'nod');
}
