/** Lower and upper limit, as fractions. */
export type Interval = readonly [number, number];

/** Quantile of the normal distribution for 95 %, two-sided. */
const Z = 1.959964;

/**
 * 95 % confidence interval of a rate by Wilson's score method (1927), which holds for few errors and for none. It takes
 * the comparisons for independent; those that share pictures are less so, and their interval is in truth wider.
 */
export function wilson(errors: number, trials: number): Interval {
  if (trials === 0) return [0, 1];
  const rate = errors / trials;
  const z2 = Z * Z;
  const centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (Z / (1 + z2 / trials)) * Math.sqrt((rate * (1 - rate)) / trials + z2 / (4 * trials * trials));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** The rule of 3 (ISO/IEC 19795-1, annex B): no error in `trials` comparisons still allows a rate of 3 / `trials`, at 95 %. */
export function smallestResolvable(trials: number): number {
  return 3 / trials;
}
