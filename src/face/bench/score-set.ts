import { similarityOf } from '../compare.js';
import { ScoreDistribution } from './distribution.js';
import type { EmbeddedSet } from './embed-set.js';
import { crossCompare } from './matrix.js';
import type { LabelledSet } from './pairs.js';
import type { Scores } from './rates.js';

/** The comparisons of a set. */
export interface ScoredSet extends Scores {
  /** Where the non-mated comparisons come from: every two pictures of different people, or the pairs that are listed. */
  readonly nonMatedFrom: 'people' | 'list';
  /** Listed pairs with a picture that could not be processed. */
  readonly pairsFailed: number;
}

/**
 * Compares the listed pairs of one person, and of different people every two pictures where it is known who is shown:
 * the few listed ones cannot resolve an FMR of 1e-4.
 */
export function scoreSet({ pairs, people }: LabelledSet, { references, probes }: EmbeddedSet): ScoredSet {
  const mated = new ScoreDistribution();
  const nonMated = new ScoreDistribution();
  let pairsFailed = 0;
  for (const { a, b, same } of pairs) {
    const [reference, probe] = [references.rows.get(a), probes.rows.get(b)];
    if (reference === undefined || probe === undefined) {
      pairsFailed += 1;
      continue;
    }
    if (!same && people) continue;
    const score = similarityOf(references.matrix.row(reference), probes.matrix.row(probe));
    (same ? mated : nonMated).add(score);
  }
  if (people) crossCompare(references.matrix, probes.matrix, (score) => nonMated.add(score));
  return { mated, nonMated, nonMatedFrom: people ? 'people' : 'list', pairsFailed };
}
