import { test } from 'tap';
import { drain } from './backlog.js';
import { startWorld } from './bench.js';
import { agrees, cause } from './chaos.js';

/** Full form of chaos.test.ts, which is `npm run test:chaos -- [messages] [rounds] [milliseconds of each trouble]`. */
const [messages = 100_000, rounds = 3, ms = 20_000] = process.argv.slice(2).map(Number);

test(`${rounds} rounds of trouble of ${ms} ms with a real broker`, async (t) => {
  const world = await startWorld(t, 500);
  const { wrong, outcomes } = await cause(world, { rounds, ms, visitors: 2 });
  t.same(wrong, [], 'both ledgers agree after each trouble');
  const last = await world.bench.settled();
  console.log(
    JSON.stringify({ outcomes, withheld: world.network.withheld, cards: last.cards, messages: last.messages }),
  );
});

test(`a backlog of ${messages} messages`, async (t) => {
  const { bench } = await startWorld(t, 20);
  await bench.idle();
  const drained = await drain(bench, messages);
  console.log(JSON.stringify(drained));
  t.ok(drained.runGrowthMb < 50, `run grew by ${drained.runGrowthMb} MB`);
  t.ok(drained.linkGrowthMb < 50, `link grew by ${drained.linkGrowthMb} MB`);
  await bench.idle();
  t.ok(agrees(await bench.settled()), 'both ledgers agree');
  t.equal(await bench.visit(), 'sold', 'and it sells');
});
