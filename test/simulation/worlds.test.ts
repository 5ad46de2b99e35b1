import { createHash } from 'node:crypto';
import { test } from 'tap';
import { Simulation, type RunResult } from '../../src/simulation/run.js';
import { runWorlds } from '../../src/simulation/worlds.js';

const options = { seed: 9, profile: 'default' } as const;

test('a long run is the worlds of its visits, whichever is ready first', async (t) => {
  const alone: RunResult[] = [];
  for (const [first, transactions] of [
    [20, 60],
    [80, 60],
    [140, 10],
  ] as const)
    alone.push(await new Simulation({ ...options, first, transactions }).run());
  const together = await runWorlds({ ...options, first: 20, transactions: 130 }, 60);
  t.equal(together.transactions, 130);
  t.equal(
    together.crashes,
    alone.reduce((sum, { crashes }) => sum + crashes, 0),
  );
  const digests = alone.map(({ digest }) => digest).join('\n');
  t.equal(together.digest, createHash('sha256').update(digests).digest('hex'));
  t.same(together.violations, []);
});

test('a run that fits into one world is that world', async (t) => {
  const run = { ...options, transactions: 40 };
  const [alone, together] = [await new Simulation(run).run(), await runWorlds(run)];
  t.same(together, alone);
});
