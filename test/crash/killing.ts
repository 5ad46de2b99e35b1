import { seededRandom } from '../../src/lib/random.js';
import type { AuditResult } from '../../src/cli/audit-state.js';
import type { Bench } from '../support/bench.js';
import { holder, resident } from '../support/cast.js';

/** Customers of all kinds, so that a kill meets every state. */
export const crowd = [
  holder(1),
  holder(4, { behaviour: 'leaves-card' }),
  holder(5),
  { document: resident(6, { validTo: '20210101' }), faces: [] },
  holder(7),
];

/** So many steps of the service at most between two kills. */
const MOST_STEPS = 14;

/**
 * Kills `run` or `link` with `kill -9` after a random number of steps, starts it again, and checks the books each time.
 * @param others what else is killed and started again, as often as `link`
 * @returns every audit that found something, and the last one, when all is settled
 */
export async function killOften(
  bench: Bench,
  kills: number,
  seed: number,
  others: readonly (() => Promise<unknown>)[] = [],
): Promise<{ readonly wrong: readonly AuditResult[]; readonly last: AuditResult }> {
  const random = seededRandom(seed);
  const wrong: AuditResult[] = [];
  const check = async (): Promise<void> => {
    const result = await bench.audit();
    if (!result.consistent) wrong.push(result);
  };
  await bench.idle();
  let serving = true;
  const serve = async (): Promise<void> => {
    while (serving) await bench.serve(1);
  };
  const served = serve();
  for (let kill = 0; kill < kills; kill += 1) {
    const victim = random() < 0.7 - 0.1 * others.length ? -1 : Math.floor(random() * (others.length + 1));
    await bench.run.steps(1 + Math.floor(random() * MOST_STEPS));
    const other = others[victim];
    if (other) await other();
    else await (victim < 0 ? bench.run : bench.link).kill('SIGKILL');
    await check();
    if (victim < 0) bench.startRun();
    else if (!other) bench.startLink();
  }
  serving = false;
  await served;
  await bench.idle();
  const last = await bench.settled();
  return { wrong, last };
}
