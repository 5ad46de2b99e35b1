import type { RunOptions, RunResult } from './run.js';
import { shrink, type Shortest } from './shrink.js';
import { runWorlds } from './worlds.js';

export interface Simulated extends RunResult {
  readonly transactionsPerSecond: number;
  readonly shortest?: Shortest;
}

/** Runs the worlds; when something that is always true was not, looks for the shortest way there. */
export async function simulate(options: RunOptions): Promise<Simulated> {
  const begun = performance.now();
  const { violated, ...result } = await runWorlds(options);
  const transactionsPerSecond = Math.round(result.transactions / ((performance.now() - begun) / 1_000));
  const [violation] = result.violations;
  if (!violation || !violated) return { ...result, transactionsPerSecond };
  const shortest = await shrink(violated, violation.transaction, violation.means);
  return { ...result, transactionsPerSecond, shortest };
}
