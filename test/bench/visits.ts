import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holder, writeCast } from '../support/cast.js';
import { Command } from '../support/process.js';

/**
 * Prints what visits cost: `node dist/test/bench/visits.js [visits]`. Machine time of sales, start to ready, and
 * resident memory of both processes, after a first round and after all.
 */
interface Summary {
  readonly visits: readonly { readonly outcome: string; readonly machineMs: number }[];
  readonly measured: { readonly readyMs: number; readonly runMb: number; readonly linkMb: number };
}

const visits = Number(process.argv[2] ?? 100);
const dir = await mkdtemp(join(tmpdir(), 'simkiosk-bench-'));
const cast = await writeCast(
  join(dir, 'cast.json'),
  [1, 4, 5, 6, 7].map((person) => holder(person)),
  visits + 10,
);

async function demo(customers: number): Promise<Summary> {
  const command = new Command(['demo', '--json', '--customers', String(customers), '--cast', cast]);
  if ((await command.exited) !== 0) throw new Error(command.stderr);
  return command.json() as Summary;
}

const [first, all] = [await demo(5), await demo(visits)];
const times = all.visits.filter(({ outcome }) => outcome === 'sold').map(({ machineMs }) => machineMs);
const sorted = times.toSorted((a, b) => a - b);
const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
console.log(`${sorted.length} of ${visits} visits were sales`);
console.log(`machine time of a sale: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(1)} ms`);
console.log(`start of run to the first invitation: ${first.measured.readyMs} and ${all.measured.readyMs} ms`);
console.log(
  `resident memory of run: ${first.measured.runMb} MB after 5 visits, ${all.measured.runMb} MB after ${visits}`,
);
console.log(
  `resident memory of link: ${first.measured.linkMb} MB after 5 visits, ${all.measured.linkMb} MB after ${visits}`,
);
await rm(dir, { recursive: true });
