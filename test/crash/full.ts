import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { BoundaryKiller, visitors } from './boundaries.js';

/**
 * Full form of boundaries.test.ts, which is `npm run test:crash -- [kills]`: the service is killed at every commit
 * boundary and every effect of three kinds of visits and of its start in turn.
 */
const kills = Math.ceil(Number(process.argv[2] ?? 600) / Object.keys(visitors).length);

for (const [kind, visitor] of Object.entries(visitors))
  test(`${kills} times kill -9, in visits that end as ${kind}`, async (t) => {
    const bench = await Bench.start(t, { visitors: [visitor], cards: 3_000 });
    await bench.idle();
    const { wrong, last, ...counts } = await new BoundaryKiller(bench, t.testdir()).kill(kills, 1);
    t.same(wrong, [], 'both ledgers agree after every kill');
    t.match(last, { consistent: true, cards: { inTransport: 0 } });
    t.equal(last.messages.committed, last.messages.acknowledged, 'and the carrier has every message');
    t.match(await bench.visit(), /./, 'and it serves again');
    console.log(JSON.stringify({ ...counts, cards: last.cards, messages: last.messages, carrier: last.carrier }, null, 1));
  });
