import type { ScoreDistribution } from './distribution.js';
import { type Interval, smallestResolvable, wilson } from './interval.js';

/** False match rates at which systems are compared. */
export const FALSE_MATCH_RATES = ['1e-2', '1e-3', '1e-4'] as const;
export type FalseMatchRate = (typeof FALSE_MATCH_RATES)[number];

/**
 * Scores of comparisons of one person (mated) and of two (non-mated). Rates as in ISO/IEC 19795-1: FMR is the share of
 * non-mated comparisons at or above a threshold, FNMR that of mated comparisons below it; neither counts pictures that
 * could not be processed.
 */
export interface Scores {
  readonly mated: ScoreDistribution;
  readonly nonMated: ScoreDistribution;
}

/** A rate with its 95 % interval; `rate` is null when there are too few comparisons to tell. */
export interface Rate {
  readonly rate: number | null;
  readonly interval: Interval;
}

export function fnmrAt({ mated }: Scores, threshold: number): Rate {
  const misses = mated.size - mated.atLeast(threshold);
  return { rate: mated.size > 0 ? misses / mated.size : null, interval: wilson(misses, mated.size) };
}

/** An FMR below the smallest that so many comparisons resolve is not a figure: null, with the interval as its limit. */
export function fmrAt({ nonMated }: Scores, threshold: number): Rate {
  const matches = nonMated.atLeast(threshold);
  const resolved = matches / nonMated.size >= smallestResolvable(nonMated.size);
  return { rate: resolved ? matches / nonMated.size : null, interval: wilson(matches, nonMated.size) };
}

/** The lowest threshold whose FMR is at most `fmr`; undefined when there are too few comparisons to tell. */
export function thresholdAt({ nonMated }: Scores, fmr: FalseMatchRate): number | undefined {
  return Number(fmr) >= smallestResolvable(nonMated.size) ? nonMated.threshold(Number(fmr)) : undefined;
}

/** Where FMR and FNMR are equal; their mean where they are nearest. Null when one of the two has no comparisons. */
export function equalErrorRate({ mated, nonMated }: Scores): number | null {
  if (mated.size === 0 || nonMated.size === 0) return null;
  const rates = (step: number): readonly [fmr: number, fnmr: number] => {
    const threshold = step / 100_000;
    return [nonMated.shareAtLeast(threshold), 1 - mated.shareAtLeast(threshold)];
  };
  // FMR falls and FNMR rises with the threshold: the crossing is found by halving.
  let [low, high] = [-100_000, 100_000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const [fmr, fnmr] = rates(middle);
    if (fmr > fnmr) low = middle;
    else high = middle;
  }
  const [before, after] = [rates(low), rates(high)];
  const [fmr, fnmr] = Math.abs(before[0] - before[1]) < Math.abs(after[0] - after[1]) ? before : after;
  return (fmr + fnmr) / 2;
}
