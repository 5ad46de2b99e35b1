import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootDir } from '../../src/lib/paths.js';
import type { AuditResult } from '../../src/cli/audit-state.js';
import type { Bench } from '../support/bench.js';
import { holder, resident } from '../support/cast.js';

/** One of each: sold, left behind and retained, refused by the machine. */
export const trio = [
  holder(1),
  holder(4, { behaviour: 'leaves-card' }),
  { document: resident(6, { validTo: '20210101' }), faces: [] },
];

const SOURCE = join(rootDir, 'test/crash/boundary.c');

/** Builds what kills a process at a boundary (`boundary.c`) into a folder. @returns its path */
export function buildKiller(folder: string): string {
  const library = join(folder, 'boundary.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE, '-ldl']);
  return library;
}

export interface Killings {
  /** How often the service was killed, by what it was about to do or had just done. */
  readonly kills: Readonly<Record<string, number>>;
  /** The state that was committed when it was killed. */
  readonly states: Readonly<Record<string, number>>;
  /** Audits, one after each kill, that found something. */
  readonly wrong: readonly AuditResult[];
  readonly last: AuditResult;
}

/**
 * Kills `run` at its first boundary, the next `run` at its second, and so on through start, recovery and visits, until
 * one lives through `longest` of them; then from the first again. After each death both ledgers are compared.
 * @param log where the killer writes what it killed at
 */
export async function killAtBoundaries(
  bench: Bench,
  options: { readonly kills: number; readonly first: number; readonly stride: number; readonly longest: number },
  killer: string,
  log: string,
): Promise<Killings> {
  const { kills, first, stride, longest } = options;
  const wrong: AuditResult[] = [];
  const states: Record<string, number> = {};
  let serving = true;
  const serve = async (): Promise<void> => {
    while (serving) await bench.serve(1);
  };
  await bench.run.kill('SIGKILL');
  const served = serve();
  let at = first;
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const run = bench.startRun(['env', `LD_PRELOAD=${killer}`, `KILL_AT=${at}`, `KILL_LOG=${log}`]);
      const end = await run.exited;
      if (end !== 'SIGKILL') throw new Error(`run ended with ${end} at boundary ${at}: ${run.stderr}`);
      const result = await bench.audit();
      if (!result.consistent) wrong.push(result);
      states[result.transaction.state] = (states[result.transaction.state] ?? 0) + 1;
      at = at + stride > longest ? 1 + ((at + stride) % stride) : at + stride;
    }
    bench.startRun();
  } finally {
    serving = false;
  }
  await served;
  await bench.idle();
  return { kills: await tallied(log), states, wrong, last: await bench.settled() };
}

async function tallied(log: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of (await readFile(log, 'utf8')).trim().split('\n')) {
    const what = line.replace(/^\d+ /, '');
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}
