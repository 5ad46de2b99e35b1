import type { Failure } from '../face/bench/embed-set.js';
import type { Interval } from '../face/bench/interval.js';
import { FALSE_MATCH_RATES } from '../face/bench/rates.js';
import type { BenchReport } from '../face/bench/report.js';

interface Shown extends BenchReport {
  readonly memory: { readonly peakMB: number };
  readonly engine: string;
  readonly idPhoto: string | null;
}

const SHOWN_FAILURES = 20;

/** What `face bench` has measured, for a reader. */
export function describeBench(report: Shown, failures: readonly Failure[]): string {
  const { comparisons, threshold, msPerImage } = report;
  const from = comparisons.nonMatedFrom === 'people' ? 'every two pictures of different people' : 'the listed pairs';
  const lines = [
    `${report.pairs} pairs, ${report.images} pictures, engine ${report.engine}${report.idPhoto ? `, first pictures as ID photographs ${report.idPhoto}` : ''}`,
    `mated comparisons      ${comparisons.mated}`,
    `non-mated comparisons  ${comparisons.nonMated}, ${from}`,
    `failures to process    ${report.failures} pictures (${percent(report.failureRate)}), ${report.pairsFailed} pairs left out`,
    ...failures.slice(0, SHOWN_FAILURES).map(({ file, reason }) => `                       ${reason} ${file}`),
    `EER                    ${percent(report.eer)}`,
    ...FALSE_MATCH_RATES.map(
      (fmr) =>
        `FNMR at FMR ${fmr}       ${percent(report.fnmr[fmr])}${interval(report.fnmrInterval[fmr])}, threshold ${report.thresholds[fmr]?.toFixed(3) ?? '–'}`,
    ),
    `shipped threshold ${threshold.value.toFixed(3)}: FMR ${percent(threshold.fmr)}${interval(threshold.fmrInterval)}, FNMR ${percent(threshold.fnmr)}${interval(threshold.fnmrInterval)}`,
    `time per picture       median ${msPerImage.median?.toFixed(1) ?? '–'} ms, 99 % ${msPerImage.p99?.toFixed(1) ?? '–'} ms`,
    `memory                 ${report.memory.peakMB} MB at most`,
    `intervals              ${report.interval}; – where there are too few comparisons (FMR below 3/N)`,
  ];
  return `${lines.join('\n')}\n`;
}

function percent(rate: number | null): string {
  if (rate === null || Number.isNaN(rate)) return '–';
  return `${Number((100 * rate).toPrecision(3))} %`;
}

function interval(limits: Interval | null): string {
  return limits ? ` (${percent(limits[0])} to ${percent(limits[1])})` : '';
}
