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
 * @returns every audit that found something, and the last one, when all is settled
 */
export async function killOften(
  bench: Bench,
  kills: number,
  seed: number,
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
    const [victim, start] =
      random() < 0.7
        ? ([bench.run, () => bench.startRun()] as const)
        : ([bench.link, () => bench.startLink()] as const);
    await bench.run.steps(1 + Math.floor(random() * MOST_STEPS));
    await victim.kill('SIGKILL');
    await check();
    start();
  }
  serving = false;
  await served;
  await bench.idle();
  const last = await bench.settled();
  return { wrong, last };
}
