import fc from 'fast-check';
import { test } from 'tap';
import { detCurve } from '../../../src/face/bench/det.js';
import { ScoreDistribution } from '../../../src/face/bench/distribution.js';
import { wilson } from '../../../src/face/bench/interval.js';
import { equalErrorRate, fmrAt, fnmrAt, type Scores, thresholdAt } from '../../../src/face/bench/rates.js';

function distribution(scores: Iterable<number>): ScoreDistribution {
  const all = new ScoreDistribution();
  for (const score of scores) all.add(score);
  return all;
}

/** `count` scores from `from` in steps of 0.0001. */
function* ladder(from: number, count: number): Generator<number> {
  for (let i = 0; i < count; i += 1) yield from + i / 10_000;
}

const cosine = fc.integer({ min: -100_000, max: 100_000 }).map((step) => step / 100_000);

test('counts and thresholds agree with counting one by one', (t) => {
  const scores = fc.array(cosine, { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(scores, cosine, fc.double({ min: 0, max: 1, noNaN: true }), (all, threshold, share) => {
      const counted = distribution(all);
      const above = (limit: number): number => all.filter((score) => score >= limit).length;
      const chosen = counted.threshold(share);
      return (
        counted.atLeast(threshold) === above(threshold) &&
        above(chosen) <= share * all.length &&
        (chosen <= -1 || above(chosen - 0.000015) > share * all.length)
      );
    }),
  );
  t.end();
});

test('error rates at a threshold are those of ISO/IEC 19795-1', (t) => {
  const scores: Scores = { mated: distribution(ladder(0.3, 1000)), nonMated: distribution(ladder(-0.6, 10_000)) };
  // Of 10,000 scores from −0.6 to 0.3999 one hundred, 1 %, lie at or above 0.39; of the mated ones 900 lie below.
  t.equal(thresholdAt(scores, '1e-2'), 0.38991, 'the lowest that leaves out 0.3899');
  t.match(fmrAt(scores, 0.39), { rate: 0.01 });
  t.match(fnmrAt(scores, 0.39), { rate: 0.9 });
  t.match(fnmrAt(scores, 0.3), { rate: 0 });
  t.equal(thresholdAt(scores, '1e-3'), 0.39891);
  t.end();
});

test('an FMR below 3/N is not reported: the rule of 3', (t) => {
  const scores: Scores = { mated: distribution([0.9]), nonMated: distribution(ladder(-0.6, 10_000)) };
  t.equal(thresholdAt(scores, '1e-4'), undefined);
  t.match(fmrAt(scores, 0.9), { rate: null });
  t.match(fmrAt(scores, 0.3998), { rate: null }, '2 of 10,000');
  t.match(fmrAt(scores, 0.3997), { rate: 0.0003 });
  t.equal(thresholdAt({ mated: distribution([0.9]), nonMated: distribution([]) }, '1e-2'), undefined);
  t.end();
});

test('the equal error rate lies where the curves cross', (t) => {
  const scores: Scores = { mated: distribution(ladder(0, 1000)), nonMated: distribution(ladder(-0.08, 1000)) };
  t.equal(Math.round(1000 * (equalErrorRate(scores) ?? 1)), 100);
  t.equal(equalErrorRate({ mated: distribution([0.5]), nonMated: distribution([0.1]) }), 0);
  t.equal(equalErrorRate({ mated: distribution([0.1]), nonMated: distribution([0.5]) }), 1);
  t.equal(equalErrorRate({ mated: distribution([]), nonMated: distribution([0.5]) }), null);
  t.end();
});

test('intervals are those of Wilson', (t) => {
  const rounded = (errors: number, trials: number): number[] =>
    wilson(errors, trials).map((limit) => Math.round(1e4 * limit) / 1e4);
  // Reference values of the R function prop.test(correct = FALSE).
  t.same(rounded(0, 100), [0, 0.037]);
  t.same(rounded(10, 100), [0.0552, 0.1744]);
  t.same(rounded(61, 3000), [0.0159, 0.026]);
  t.same(rounded(0, 0), [0, 1]);
  t.end();
});

test('the DET curve falls from FNMR at the smallest resolved FMR to none at FMR 1', (t) => {
  const curve = detCurve({ mated: distribution(ladder(0.3, 2000)), nonMated: distribution(ladder(-0.6, 10_000)) });
  t.ok(curve.length > 50);
  t.equal(curve[0]?.fmr, 3e-4);
  t.match(curve.at(-1), { fmr: 1, fnmr: 0 });
  curve.slice(1).forEach((point, i) => t.ok(point.fnmr <= (curve[i]?.fnmr ?? 0) && point.fmr >= (curve[i]?.fmr ?? 1)));
  t.same(detCurve({ mated: distribution([]), nonMated: distribution([]) }), []);
  t.end();
});

test('no point of the DET curve has an FMR below 3/N, whatever N is', (t) => {
  const mated = distribution([0.9]);
  for (let size = 4; size < 10_000; size = Math.ceil(1.1 * size)) {
    const curve = detCurve({ mated, nonMated: distribution(ladder(-0.6, size)) });
    t.equal(curve[0]?.fmr, 3 / size, `${size}`);
  }
  const tied = detCurve({ mated, nonMated: distribution(Array.from({ length: 1_000 }, () => 0.1)) });
  t.ok(tied.length > 0 && tied.every(({ fmr }) => fmr === 1), 'the next score down is that of everybody');
  t.end();
});
