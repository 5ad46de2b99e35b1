import { stat } from 'node:fs/promises';
import type { Bench } from '../support/bench.js';
import { journalPaths } from '../../src/journal/paths.js';
import { descriptors, residentMb, slope } from '../support/memory.js';

/** What one process held at a moment. */
interface Sample {
  readonly mb: number;
  readonly fds: number;
}

export interface Endurance {
  readonly visits: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly run: Trend;
  readonly link: Trend;
  readonly journalMb: number;
  readonly walMb: number;
}

export interface Trend {
  readonly firstMb: number;
  readonly lastMb: number;
  readonly mostMb: number;
  /** By how much memory grows in 1,000 visits, by least squares over the second half. Megabytes. */
  readonly mbPer1000: number;
  readonly firstFds: number;
  readonly lastFds: number;
}

/**
 * Sends so many customers through the real service, and looks at both processes every so many visits, while they are free.
 * @param onSample hears of each look: a long run that is cut off has said something
 */
export async function endure(
  bench: Bench,
  visits: number,
  every: number,
  onSample: (done: number, sample: Readonly<Record<'run' | 'link', Sample>>) => void = () => undefined,
): Promise<Endurance> {
  const samples: Record<'run' | 'link', Sample[]> = { run: [], link: [] };
  const outcomes: Record<string, number> = {};
  await bench.idle();
  for (let done = 0; done < visits; done += every) {
    for (const ending of await bench.serve(every)) {
      const outcome = ending?.outcome ?? 'none';
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    await bench.idle();
    await bench.settled();
    const [run, link] = [look(bench.run.pid), look(bench.link.pid)];
    samples.run.push(run);
    samples.link.push(link);
    onSample(done + every, { run, link });
  }
  const { file } = journalPaths(bench.dir);
  const trend = (name: 'run' | 'link'): Trend => trendOf(samples[name], every);
  const [journalMb, walMb] = [await megabytes(file), await megabytes(`${file}-wal`)];
  return { visits, outcomes, run: trend('run'), link: trend('link'), journalMb, walMb };
}

const look = (pid: number): Sample => ({ mb: residentMb(pid), fds: descriptors(pid) });

const rounded = (value: number): number => Math.round(value * 10) / 10;

function trendOf(samples: readonly Sample[], every: number): Trend {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) throw new Error('no visit was made');
  const second = samples.slice(samples.length >> 1).map(({ mb }) => mb);
  return {
    firstMb: rounded(first.mb),
    lastMb: rounded(last.mb),
    mostMb: rounded(Math.max(...samples.map(({ mb }) => mb))),
    mbPer1000: rounded((slope(second) * 1_000) / every),
    firstFds: first.fds,
    lastFds: last.fds,
  };
}

async function megabytes(file: string): Promise<number> {
  const size = await stat(file).then(
    (about) => about.size,
    () => 0,
  );
  return rounded(size / (1 << 20));
}
