/** Cosines are counted in steps of this size, and every threshold lies on a step. */
const STEPS_PER_UNIT = 100_000;
const STEPS = 2 * STEPS_PER_UNIT;

/** Similarity scores, −1…1, as counts in steps of 0.00001: a hundred million of them take no more room than one. */
export class ScoreDistribution {
  readonly #counts = new Float64Array(STEPS + 1);
  /** Scores at and above each step; made when it is first asked for. */
  #atLeast: Float64Array | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(score: number): void {
    const step = stepOf(score);
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    this.#size += 1;
    this.#atLeast = undefined;
  }

  /** How many scores lie at or above a threshold. */
  atLeast(threshold: number): number {
    return this.#cumulated()[stepOf(threshold)] ?? 0;
  }

  /** The share of scores at or above a threshold; NaN without scores. */
  shareAtLeast(threshold: number): number {
    return this.atLeast(threshold) / this.#size;
  }

  /** The lowest threshold at or above which at most `share` of the scores lie. */
  threshold(share: number): number {
    const cumulated = this.#cumulated();
    let [low, high] = [0, STEPS + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulated[middle] ?? 0) <= share * this.#size) high = middle;
      else low = middle + 1;
    }
    return scoreOf(low);
  }

  #cumulated(): Float64Array {
    if (this.#atLeast) return this.#atLeast;
    const sums = new Float64Array(STEPS + 2);
    for (let step = STEPS; step >= 0; step -= 1) sums[step] = (sums[step + 1] ?? 0) + (this.#counts[step] ?? 0);
    return (this.#atLeast = sums);
  }
}

/** The step a score falls into: that of the highest threshold it reaches. */
function stepOf(score: number): number {
  // Without the margin 0.29 would lie below the step of 0.29: (1 + 0.29) × 100,000 is 128,999.99999999999.
  return Math.min(STEPS, Math.max(0, Math.floor((score + 1) * STEPS_PER_UNIT + 1e-6)));
}

function scoreOf(step: number): number {
  return (step - STEPS_PER_UNIT) / STEPS_PER_UNIT;
}
