import { join } from 'node:path';
import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { buildKiller, killAtBoundaries, trio } from './boundaries.js';

test(
  'killed at a commit or an effect, the service comes back and both ledgers agree (short form of test:crash)',
  { timeout: 240_000 },
  async (t) => {
    const dir = t.testdir();
    const bench = await Bench.start(t, { visitors: trio, cards: 200 });
    await bench.idle();
    const options = { kills: 20, first: 3, stride: 23, longest: 460 };
    const { wrong, kills, last } = await killAtBoundaries(bench, options, buildKiller(dir), join(dir, 'kills'));
    t.same(wrong, []);
    t.equal(
      Object.values(kills).reduce((sum, count) => sum + count, 0),
      options.kills,
    );
    t.match(last, { consistent: true, cards: { inTransport: 0 } });
    t.equal(last.messages.committed, last.messages.acknowledged);
  },
);
