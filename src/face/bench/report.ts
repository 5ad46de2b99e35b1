import type { ErrorCode } from '../../errors.js';
import type { ModelSet } from '../manifest.js';
import { limitsOf } from '../verdict.js';
import type { EmbeddedSet } from './embed-set.js';
import type { Interval } from './interval.js';
import { equalErrorRate, FALSE_MATCH_RATES, type FalseMatchRate, fmrAt, fnmrAt, thresholdAt } from './rates.js';
import type { ScoredSet } from './score-set.js';

type ByFmr<T> = Readonly<Record<FalseMatchRate, T | null>>;

/** What `face bench` has measured. Rates are fractions; null is a rate that so few comparisons cannot resolve. */
export interface BenchReport {
  readonly pairs: number;
  readonly images: number;
  /** Pictures that could not be processed; they count in no other rate. */
  readonly failures: number;
  readonly failureRate: number;
  readonly failureReasons: Readonly<Partial<Record<ErrorCode, number>>>;
  readonly pairsFailed: number;
  readonly comparisons: {
    readonly mated: number;
    readonly nonMated: number;
    readonly nonMatedFrom: ScoredSet['nonMatedFrom'];
  };
  readonly eer: number | null;
  readonly fnmr: ByFmr<number>;
  readonly fnmrInterval: ByFmr<Interval>;
  /** The cosine at which each FMR is reached. */
  readonly thresholds: ByFmr<number>;
  /** The shipped one. */
  readonly threshold: {
    readonly value: number;
    readonly fmr: number | null;
    readonly fmrInterval: Interval;
    readonly fnmr: number | null;
    readonly fnmrInterval: Interval;
  };
  readonly interval: string;
  readonly msPerImage: { readonly median: number | null; readonly p99: number | null };
}

/** Sums up what was measured, as rates. */
export function reportOf(pairs: number, { failures, ms }: EmbeddedSet, scored: ScoredSet, set: ModelSet): BenchReport {
  const shipped = limitsOf(set).mean;
  const byFmr = <T>(value: (threshold: number) => T): ByFmr<T> => {
    const at = (fmr: FalseMatchRate): T | null => {
      const threshold = thresholdAt(scored, fmr);
      return threshold === undefined ? null : value(threshold);
    };
    const [high, middle, low] = FALSE_MATCH_RATES;
    return { [high]: at(high), [middle]: at(middle), [low]: at(low) };
  };
  const failureReasons: Partial<Record<ErrorCode, number>> = {};
  for (const { reason } of failures) failureReasons[reason] = (failureReasons[reason] ?? 0) + 1;
  const images = ms.length + failures.length;
  const [fmr, fnmr] = [fmrAt(scored, shipped), fnmrAt(scored, shipped)];
  return {
    pairs,
    images,
    failures: failures.length,
    failureRate: failures.length / images,
    failureReasons,
    pairsFailed: scored.pairsFailed,
    comparisons: {
      mated: scored.mated.size,
      nonMated: scored.nonMated.size,
      nonMatedFrom: scored.nonMatedFrom,
    },
    eer: equalErrorRate(scored),
    fnmr: byFmr((threshold) => fnmrAt(scored, threshold).rate),
    fnmrInterval: byFmr((threshold) => fnmrAt(scored, threshold).interval),
    thresholds: byFmr((threshold) => threshold),
    threshold: {
      value: shipped,
      fmr: fmr.rate,
      fmrInterval: fmr.interval,
      fnmr: fnmr.rate,
      fnmrInterval: fnmr.interval,
    },
    interval: '95 %, Wilson score; comparisons taken for independent',
    msPerImage: { median: quantile(ms, 0.5), p99: quantile(ms, 0.99) },
  };
}

/** The smallest value that so large a share of all values does not exceed; null of none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
