import { FAULTS, type Fault } from './plan.js';
import { Simulation, type RunOptions } from './run.js';

/** The shortest run found that ends with a violation, step by step. */
export interface Shortest {
  readonly options: RunOptions;
  readonly history: readonly string[];
}

/** Visits in front of the one with the violation that may have prepared it. */
const WINDOWS = [1, 2, 4, 8, 16, 32, 64, 256, 1_024] as const;
/** A run of more visits is too long to be tried once a visit. */
const FEW = 64;
const LONGEST_HISTORY = 400;
/** Nobody waits longer for a shorter way. Milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Looks for the shortest way to a violation: the fewest last visits, then without those of them that it does not take, then
 * without the faults that it does not take.
 * @param at the visit with the violation
 */
export async function shrink(options: RunOptions, at: number, means: string): Promise<Shortest> {
  const until = performance.now() + PATIENCE_MS;
  const endsSo = async (run: RunOptions): Promise<boolean> => {
    if (performance.now() > until) return false;
    const { violations } = await new Simulation(run).run();
    return violations.some((violation) => violation.means === means);
  };
  const part = await lastVisits(options, at, endsSo);
  const best = part ? await withFewestFaults(await withFewestVisits(part, endsSo), endsSo) : options;
  const history: string[] = [];
  const tell = (line: string): void => {
    if (history.push(line) > 2 * LONGEST_HISTORY) history.splice(0, LONGEST_HISTORY);
  };
  await new Simulation({ ...best, tell }).run();
  return { options: best, history: history.slice(-LONGEST_HISTORY) };
}

type Try = (run: RunOptions) => Promise<boolean>;

async function lastVisits(options: RunOptions, at: number, endsSo: Try): Promise<RunOptions | undefined> {
  for (const window of WINDOWS) {
    const first = Math.max(options.first ?? 0, at - window + 1);
    const part = { ...options, first, transactions: at - first + 1 };
    if (await endsSo(part)) return part;
  }
  return undefined;
}

/** The last visit is the one with the violation: it stays. */
async function withFewestVisits(part: RunOptions, endsSo: Try): Promise<RunOptions> {
  const { first = 0, transactions } = part;
  let best = part;
  if (transactions > FEW) return best;
  for (let visit = first; visit < first + transactions - 1; visit += 1) {
    const without: ReadonlySet<number> = new Set([...(best.without ?? []), visit]);
    if (await endsSo({ ...best, without })) best = { ...best, without };
  }
  return best;
}

async function withFewestFaults(options: RunOptions, endsSo: Try): Promise<RunOptions> {
  let best = options;
  for (const fault of FAULTS) {
    const muted: ReadonlySet<Fault> = new Set([...(best.muted ?? []), fault]);
    if (await endsSo({ ...best, muted })) best = { ...best, muted };
  }
  return best;
}
