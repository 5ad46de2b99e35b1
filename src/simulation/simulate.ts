import { FAULTS, type Fault } from './plan.js';
import { Simulation, type RunOptions, type RunResult } from './run.js';
import { runWorlds } from './worlds.js';

export interface Simulated extends RunResult {
  readonly transactionsPerSecond: number;
  /** The shortest run found that ends with the first violation, step by step. */
  readonly shortest?: { readonly options: RunOptions; readonly history: readonly string[] };
}

/** Visits in front of the one with the violation that may have prepared it. */
const WINDOWS = [1, 2, 4, 8, 16, 32, 64, 256, 1_024] as const;
const LONGEST_HISTORY = 400;

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

async function shrink(options: RunOptions, at: number, means: string): Promise<NonNullable<Simulated['shortest']>> {
  const part = await shortestPart(options, at, means);
  const best = part ? await withFewestFaults(part, means) : options;
  const history: string[] = [];
  const tell = (line: string): void => {
    if (history.push(line) > 2 * LONGEST_HISTORY) history.splice(0, LONGEST_HISTORY);
  };
  await new Simulation({ ...best, tell }).run();
  return { options: best, history: history.slice(-LONGEST_HISTORY) };
}

/** The last visits alone, when they are enough; a run of thousands is too long to be tried once a fault. */
async function shortestPart(options: RunOptions, at: number, means: string): Promise<RunOptions | undefined> {
  for (const window of WINDOWS) {
    const first = Math.max(options.first ?? 0, at - window + 1);
    const part = { ...options, first, transactions: at - first + 1 };
    if (await endsWith(part, means)) return part;
  }
  return undefined;
}

async function withFewestFaults(options: RunOptions, means: string): Promise<RunOptions> {
  let best = options;
  for (const fault of FAULTS) {
    const muted: ReadonlySet<Fault> = new Set([...(best.muted ?? []), fault]);
    if (await endsWith({ ...best, muted }, means)) best = { ...best, muted };
  }
  return best;
}

async function endsWith(options: RunOptions, means: string): Promise<boolean> {
  const { violations } = await new Simulation(options).run();
  return violations.some((violation) => violation.means === means);
}
