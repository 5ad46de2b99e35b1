import t, { test } from 'tap';
import { Bench } from '../support/bench.js';
import { BoundaryKiller, casts } from './boundaries.js';

t.setTimeout(230_000);

test(
  'killed at a commit or an effect, the service comes back and both ledgers agree (short form of test:crash)',
  { timeout: 220_000 },
  async (t) => {
    const bench = await Bench.start(t, { visitors: casts.sold, cards: 200 });
    await bench.idle();
    const { wrong, killed, last } = await new BoundaryKiller(bench, t.testdir()).kill(23, { most: 16 });
    t.same(wrong, []);
    t.ok(killed >= 8, `${killed} kills`);
    t.match(last, { consistent: true, cards: { inTransport: 0 } });
    t.equal(last.messages.committed, last.messages.acknowledged);
  },
);
