import type { Verdict } from '../contracts/face-verifier.js';
import { similarityOf } from './compare.js';
import type { Template } from './embed.js';
import type { KeptFrame } from './kept-frames.js';
import type { ModelSet } from './manifest.js';

/** Cosines that decide. */
export interface Limits {
  /** The mean over all frames at least: the calibrated threshold of the operating point. */
  readonly mean: number;
  /**
   * Every single frame to the photograph at least: the most lenient calibrated threshold. Without it one excellent frame of
   * the holder could carry a frame of somebody else over the mean.
   */
  readonly each: number;
  /** Any two frames of one capture at least: they show one person in one light. */
  readonly same: number;
}

export function limitsOf({ thresholds, operatingPoint }: Pick<ModelSet, 'thresholds' | 'operatingPoint'>): Limits {
  const mean = thresholds[operatingPoint];
  return { mean, each: Math.min(...Object.values(thresholds)), same: mean };
}

/**
 * The passive signal at least, as the median over the good frames. So low that of live people hardly one is refused by it:
 * it is a weak network, and the challenge decides.
 */
export const PASSIVE_FLOOR = 0.0005;
/** Below this a challenge that was not passed is put down to a picture: it costs nobody a sale, and says more. */
export const PASSIVE_DOUBT = 0.05;

/**
 * One decision from many frames: one person throughout, live as far as the passive signal can say, and the person of the
 * photograph. The mean of the similarities is weighted by how good each frame is.
 * @param passive how live the good frames looked, 0…1 each
 */
export function verdict(
  photo: Template,
  frames: readonly KeptFrame[],
  limits: Limits,
  passive: readonly number[] = [],
): Verdict {
  if (frames.length === 0) return { decision: 'no-match', reason: 'face.challenge-failed' };
  const others = frames.flatMap((a, i) => frames.slice(i + 1).map((b) => similarityOf(a.template, b.template)));
  const toPhoto = frames.map(({ template }) => similarityOf(photo, template));
  if (others.some((similarity) => similarity < limits.same))
    return { decision: 'no-match', reason: resembles(toPhoto, limits) ? 'face.changed' : 'face.no-match' };
  if (passive.length > 0 && median(passive) < PASSIVE_FLOOR) return { decision: 'no-match', reason: 'face.not-live' };
  const weights = frames.map(({ score }) => Math.max(score, 1));
  const weighted = toPhoto.reduce((sum, similarity, i) => sum + similarity * (weights[i] ?? 0), 0);
  const mean = weighted / weights.reduce((sum, weight) => sum + weight, 0);
  const matches = mean >= limits.mean && toPhoto.every((similarity) => similarity >= limits.each);
  return matches ? { decision: 'match' } : { decision: 'no-match', reason: 'face.no-match' };
}

/**
 * Whether any frame may show the person of the photograph. Where none does, nobody took the holder's place or gave it up,
 * however little the frames are like each other: few of a head that turns are.
 */
export function resembles(toPhoto: readonly number[], { each }: Limits): boolean {
  return toPhoto.some((similarity) => similarity >= each);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
