import type { Scores } from './rates.js';
import { smallestResolvable } from './interval.js';

export interface DetPoint {
  readonly fmr: number;
  readonly fnmr: number;
}

const POINTS_PER_DECADE = 20;
/** Of a share: 3 / N × N is not always 3. */
const ROUNDING = 1 + 1e-9;

/** The detection error trade-off (ISO/IEC 19795-1): FNMR over FMR, from the smallest FMR that is resolved up to 1. */
export function detCurve({ mated, nonMated }: Scores): DetPoint[] {
  const least = smallestResolvable(nonMated.size);
  if (!(least < 1) || mated.size === 0) return [];
  const count = Math.ceil(-Math.log10(least) * POINTS_PER_DECADE);
  return Array.from({ length: count + 1 }, (_, i) => {
    const threshold = nonMated.threshold(ROUNDING * least ** ((count - i) / count));
    return { fmr: nonMated.shareAtLeast(threshold), fnmr: 1 - mated.shareAtLeast(threshold) };
  }).filter(({ fmr }) => fmr >= least);
}
