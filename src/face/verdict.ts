import type { Verdict } from '../contracts/face-verifier.js';
import { similarityOf } from './compare.js';
import type { Template } from './embed.js';
import type { ModelSet } from './manifest.js';

/** Cosines that decide. */
export interface Limits {
  /** The mean over all frames at least: the calibrated threshold of the operating point. */
  readonly mean: number;
  /**
   * Every single frame, to the photograph and to the other frames, at least: the most lenient calibrated threshold.
   * Without it one excellent frame of the holder could carry a frame of somebody else over the mean.
   */
  readonly each: number;
}

export function limitsOf({ thresholds, operatingPoint }: Pick<ModelSet, 'thresholds' | 'operatingPoint'>): Limits {
  return { mean: thresholds[operatingPoint], each: Math.min(...Object.values(thresholds)) };
}

/** Whether the face of all frames is the face of the photograph. */
export function verdict(photo: Template, frames: readonly Template[], limits: Limits): Verdict {
  const others = frames.flatMap((a, i) => frames.slice(i + 1).map((b) => similarityOf(a, b)));
  if (frames.length === 0 || others.some((similarity) => similarity < limits.each)) {
    return { decision: 'no-match', reason: 'face.challenge-failed' };
  }
  const toPhoto = frames.map((frame) => similarityOf(photo, frame));
  const mean = toPhoto.reduce((sum, similarity) => sum + similarity, 0) / toPhoto.length;
  const matches = mean >= limits.mean && toPhoto.every((similarity) => similarity >= limits.each);
  return matches ? { decision: 'match' } : { decision: 'no-match', reason: 'face.no-match' };
}
