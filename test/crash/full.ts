import { join } from 'node:path';
import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { buildKiller, killAtBoundaries, trio } from './boundaries.js';

/**
 * Full form of boundaries.test.ts, which is `npm run test:crash -- [kills] [first]`: the service is killed at every
 * boundary in turn, from the first write after its start to those of a visit's last commit.
 */
const kills = Number(process.argv[2] ?? 600);
const first = Number(process.argv[3] ?? 1);

test(`${kills} times kill -9, at the boundaries ${first}…${first + kills - 1} after a start`, async (t) => {
  const dir = t.testdir();
  const bench = await Bench.start(t, { visitors: trio, cards: 3_000 });
  await bench.idle();
  const options = { kills, first, stride: 1, longest: first + kills };
  const { wrong, last, ...counts } = await killAtBoundaries(bench, options, buildKiller(dir), join(dir, 'kills'));
  t.same(wrong, [], 'both ledgers agree after every kill');
  t.match(last, { consistent: true, cards: { inTransport: 0 } });
  t.equal(last.messages.committed, last.messages.acknowledged, 'and the carrier has every message');
  t.match(await bench.visit(), /./, 'and it serves again');
  console.log(JSON.stringify({ ...counts, cards: last.cards, messages: last.messages, carrier: last.carrier }, null, 1));
});
