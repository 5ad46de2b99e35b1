import { FALSE_MATCH_RATES, thresholdAt } from '../face/bench/rates.js';
import { printJson } from './command.js';
import { measure, type MeasureOptions } from './face-bench.js';

/**
 * `simkiosk face calibrate`: the thresholds of a model set as they stand in `models/manifest.json`. A false match rate
 * that the set of pictures is too small to resolve has none.
 */
export async function faceCalibrate(options: MeasureOptions): Promise<void> {
  const { scored } = await measure(options);
  const thresholds = Object.fromEntries(
    FALSE_MATCH_RATES.flatMap((fmr) => {
      const threshold = thresholdAt(scored, fmr);
      return threshold === undefined ? [] : [[fmr, Math.ceil(threshold * 1000) / 1000]];
    }),
  );
  const unresolved = FALSE_MATCH_RATES.filter((fmr) => thresholds[fmr] === undefined);
  if (unresolved.length > 0) {
    process.stderr.write(
      `no threshold for FMR ${unresolved.join(', ')}: ${scored.nonMated.size} comparisons of different people are too few\n`,
    );
  }
  if (options.json) printJson({ thresholds, nonMated: scored.nonMated.size });
  else process.stdout.write(`"thresholds": ${JSON.stringify(thresholds, undefined, 2)}\n`);
}
