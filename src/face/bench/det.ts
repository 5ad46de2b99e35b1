import type { Scores } from './rates.js';
import { smallestResolvable } from './interval.js';

export interface DetPoint {
  readonly fmr: number;
  readonly fnmr: number;
}

const POINTS_PER_DECADE = 20;

/** The detection error trade-off (ISO/IEC 19795-1): FNMR over FMR, from the smallest FMR that is resolved up to 1. */
export function detCurve({ mated, nonMated }: Scores): DetPoint[] {
  const decades = -Math.log10(smallestResolvable(nonMated.size));
  if (!(decades > 0) || mated.size === 0) return [];
  const count = Math.ceil(decades * POINTS_PER_DECADE);
  return Array.from({ length: count + 1 }, (_, i) => {
    const threshold = nonMated.threshold(10 ** ((-decades * (count - i)) / count));
    return { fmr: nonMated.shareAtLeast(threshold), fnmr: 1 - mated.shareAtLeast(threshold) };
  });
}
