import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { crowd, killOften } from './killing.js';

/** Full form of kill-often.test.ts: `TAP_TIMEOUT=7200 node dist/test/crash/kill-often.js [kills] [seed]`. */
const kills = Number(process.argv[2] ?? 100);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);

test(`${kills} times kill -9, seed ${seed}`, async (t) => {
  const bench = await Bench.start(t, { visitors: crowd, cards: 2_000 });
  const { wrong, last } = await killOften(bench, kills, seed);
  t.same(wrong, []);
  t.match(last, { consistent: true, cards: { inTransport: 0 } });
  t.equal(last.messages.committed, last.messages.acknowledged);
  t.equal(await bench.visit(), 'sold', 'and it sells again');
  t.comment(JSON.stringify(last));
});
