import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { sha256 } from '../lib/sha256.js';
import { Simulation, type RunOptions, type RunResult } from './run.js';
import { Tally } from './tally.js';

/** Visits of one world. */
const WORLD = 10_000;
/** Room for what is young: enough that little of it grows old, and no more than caches hold. Megabytes. */
const YOUNG_MB = 64;

/** A long run is several worlds, in the order of their visits: each visit is drawn from the seed and its number alone. */
function worldsOf(options: RunOptions, size: number): readonly RunOptions[] {
  const { first = 0, transactions } = options;
  const count = Math.max(1, Math.ceil(transactions / size));
  return Array.from({ length: count }, (_, world) => ({
    ...options,
    first: first + world * size,
    transactions: Math.min(size, transactions - world * size),
  }));
}

/** What came of the worlds up to the first in which something was violated, and which that was. */
export interface WorldsResult extends RunResult {
  readonly violated?: RunOptions;
}

/** Each world is one thread of its own; as many run side by side as the machine has processors. */
export async function runWorlds(options: RunOptions, size = WORLD): Promise<WorldsResult> {
  const worlds = worldsOf(options, size);
  if (worlds.length === 1) return joined(worlds, [await new Simulation(options).run()]);
  const results = new Array<RunResult | undefined>(worlds.length);
  let next = 0;
  const work = async (): Promise<void> => {
    const thread = new Thread();
    try {
      for (;;) {
        const at = next;
        next += 1;
        const world = worlds[at];
        if (!world) return;
        const result = await thread.run(world);
        results[at] = result;
        // Those before it are under way already, those after it are not needed.
        if (result.violations.length > 0) next = worlds.length;
      }
    } finally {
      await thread.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(worlds.length, availableParallelism()) }, work));
  return joined(worlds, results);
}

/** Where worlds run, one after the other. */
class Thread {
  readonly #worker = new Worker(new URL('./world-worker.js', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });

  async run(world: RunOptions): Promise<RunResult> {
    this.#worker.postMessage(world);
    // Rejects with what the worker throws.
    const [result] = (await once(this.#worker, 'message')) as [RunResult];
    return result;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

function joined(worlds: readonly RunOptions[], results: readonly (RunResult | undefined)[]): WorldsResult {
  const tally = new Tally();
  const digests: string[] = [];
  let transactions = 0;
  let violations: RunResult['violations'] = [];
  let violated: RunOptions | undefined;
  for (const [at, result] of results.entries()) {
    if (!result || violated) break;
    transactions += result.transactions;
    tally.add(result);
    digests.push(result.digest);
    violations = result.violations;
    if (violations.length > 0) violated = worlds[at];
  }
  const { outcomes, crashes, faults, crashesByState } = tally;
  const counts = { transactions, outcomes, crashes, faults, crashesByState };
  return { ...counts, violations, digest: digestOf(digests), ...(violated && { violated }) };
}

/** That of the only world, or the hash of all. */
function digestOf(digests: readonly string[]): string {
  const [only = '', ...others] = digests;
  return others.length === 0 ? only : sha256(digests.join('\n'));
}
