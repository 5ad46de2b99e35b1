import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { crowd, killOften } from './killing.js';

test(
  'run and link are killed at random moments, and the books agree each time (short form of kill-often)',
  { timeout: 240_000 },
  async (t) => {
    const bench = await Bench.start(t, { visitors: crowd, cards: 200 });
    const { wrong, last } = await killOften(bench, 10, 1);
    t.same(wrong, []);
    t.match(last, { consistent: true, cards: { inTransport: 0 } });
    t.equal(last.messages.committed, last.messages.acknowledged);
    t.equal(await bench.visit(), 'sold', 'and it sells again');
  },
);
