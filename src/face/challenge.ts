import type { ChallengeStep } from '../contracts/face-verifier.js';
import { type Box, iou } from './geometry.js';

/** Where the face was at a time (monotonic milliseconds). */
export interface Sighting {
  readonly at: number;
  readonly box: Box;
}

/** The face of two sightings is taken for the same one when it cannot have been exchanged between them. */
const TRACK = { gapMs: 1000, iou: 0.2 } as const;

/** Whether one face moved from `last` to `next`; embeddings compared at the end check the same more strictly. */
export function continues(last: Sighting, next: Sighting): boolean {
  return next.at - last.at <= TRACK.gapMs && iou(last.box, next.box) >= TRACK.iou;
}

/** Judges a step: the face as it stood when the step began, and now. */
type Judge = (reference: Box, now: Box) => boolean;

const JUDGES: Readonly<Record<ChallengeStep, Judge>> = {
  'come-closer': (reference, now) => now.height >= 1.25 * reference.height,
};

/** Whether the face did what `step` asks for since it stood at `reference`. */
export function passed(step: ChallengeStep, reference: Box, now: Box): boolean {
  return JUDGES[step](reference, now);
}
