import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { BoundaryKiller, casts } from './boundaries.js';

/**
 * Full form of boundaries.test.ts, which is `npm run test:crash -- [kind of visit] [stride] [first]`: the service is killed at
 * every commit boundary and every effect of four kinds of visits, and of the starts after them.
 */
const [only = 'all', stride = '1', first = '1'] = process.argv.slice(2);
const chosen = Object.entries(casts).filter(([kind]) => only === 'all' || kind === only);

for (const [kind, cast] of chosen)
  test(`kill -9 at every boundary of visits that end as ${kind}`, async (t) => {
    const bench = await Bench.start(t, { visitors: cast, cards: 3_000 });
    await bench.idle();
    if (cast.length > 1) t.equal(await bench.visit(), 'sold', 'of the first');
    const { wrong, last, ...counts } = await new BoundaryKiller(bench, t.testdir()).kill(Number(stride), {
      first: Number(first),
    });
    t.same(wrong, [], 'both ledgers agree after every kill');
    t.match(last, { consistent: true, cards: { inTransport: 0 } });
    t.equal(last.messages.committed, last.messages.acknowledged, 'and the carrier has every message');
    t.match(await bench.visit(), /./, 'and it serves again');
    console.log(
      JSON.stringify({ ...counts, cards: last.cards, messages: last.messages, carrier: last.carrier }, null, 1),
    );
  });
