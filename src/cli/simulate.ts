// Before any schema is made: messages are checked several times as fast.
import 'zod/compile';
import { KioskError } from '../errors.js';
import { FAULTS, isProfile, PROFILES } from '../simulation/plan.js';
import type { RunOptions } from '../simulation/run.js';
import { simulate, type Simulated } from '../simulation/simulate.js';
import { EXIT, printJson } from './command.js';

/** The loop ends activities by errors that nobody reads: their stacks would cost a third of the time. */
const NO_STACKS = 0;

export interface SimulateOptions {
  readonly transactions: number;
  readonly seed: number;
  readonly faults: string;
  readonly first: number;
  readonly without: readonly number[];
  readonly json?: boolean;
}

/** `simkiosk simulate`: exit 0 when nothing was violated, 1 when something was. */
export async function simulateCommand(options: SimulateOptions): Promise<void> {
  const { transactions, seed, faults: profile, first, json = false } = options;
  if (!isProfile(profile))
    throw new KioskError('cli.usage', `--faults is ${Object.keys(PROFILES).join(', ')}, not ${profile}`);
  Error.stackTraceLimit = NO_STACKS;
  const without = new Set(options.without);
  const result = await simulate({ transactions, seed, profile, first, without });
  const { shortest } = result;
  if (shortest) {
    process.stderr.write(`${shortest.history.join('\n')}\n${again(shortest.options)}\n`);
  }
  if (json) printJson(reported(result));
  else process.stdout.write(`${spoken(result)}\n`);
  process.exitCode = result.violations.length === 0 ? EXIT.ok : EXIT.failed;
}

/** How to see the shortest way again, and what it takes. */
function again({ transactions, seed, first = 0, profile, without, muted }: RunOptions): string {
  const left = [...(without ?? [])].join(',');
  const taken = FAULTS.filter((fault) => !muted?.has(fault));
  const options = `--transactions ${transactions} --seed ${seed} --first ${first} --faults ${profile}`;
  return `again: ${options}${left && ` --without ${left}`}; what it takes: ${taken.join(', ')}`;
}

/** Exactly what the machine-readable report promises, in its order. */
function reported({ transactions, crashes, faults, crashesByState, violations, ...rest }: Simulated) {
  const { transactionsPerSecond, digest } = rest;
  return { transactions, crashes, faults, crashesByState, violations, transactionsPerSecond, digest };
}

function spoken({ transactions, crashes, violations, transactionsPerSecond, digest, outcomes }: Simulated): string {
  return [
    `${transactions} visits, ${crashes} crashes, ${transactionsPerSecond} visits a second`,
    Object.entries(outcomes)
      .map(([outcome, visits]) => `${visits} ${outcome}`)
      .join(', '),
    ...violations.map(({ transaction, means }) => `VIOLATION in visit ${transaction}: ${means}`),
    `history ${digest}`,
  ].join('\n');
}
