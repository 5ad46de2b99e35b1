import { KioskError } from '../errors.js';
import { FAULTS, isProfile, PROFILES } from '../simulation/plan.js';
import { simulate, type Simulated } from '../simulation/simulate.js';
import { EXIT, printJson } from './command.js';

/** The loop ends activities by errors that nobody reads: their stacks would cost a third of the time. */
const NO_STACKS = 0;

export interface SimulateOptions {
  readonly transactions: number;
  readonly seed: number;
  readonly faults: string;
  readonly first: number;
  readonly json?: boolean;
}

/** `simkiosk simulate`: exit 0 when nothing was violated, 1 when something was. */
export async function simulateCommand(options: SimulateOptions): Promise<void> {
  const { transactions, seed, faults: profile, first, json = false } = options;
  if (!isProfile(profile))
    throw new KioskError('cli.usage', `--faults is ${Object.keys(PROFILES).join(', ')}, not ${profile}`);
  Error.stackTraceLimit = NO_STACKS;
  const result = await simulate({ transactions, seed, profile, first });
  const { shortest } = result;
  if (shortest) {
    const { first: from = 0, transactions: visits, muted = [] } = shortest.options;
    const left = FAULTS.filter((fault) => ![...muted].includes(fault));
    process.stderr.write(
      `${shortest.history.join('\n')}\nagain: --transactions ${visits} --seed ${seed} --first ${from} --faults ${profile}; what it takes: ${left.join(', ')}\n`,
    );
  }
  if (json) printJson(reported(result));
  else process.stdout.write(`${spoken(result)}\n`);
  process.exitCode = result.violations.length === 0 ? EXIT.ok : EXIT.failed;
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
