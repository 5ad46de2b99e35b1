import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { endure } from './endure.js';
import { parade } from './parade.js';

/** Full form of endurance.test.ts, which is `npm run test:endurance -- [visits]`. */
const visits = Number(process.argv[2] ?? 10_000);

test(`${visits} visits through the real service`, async (t) => {
  const bench = await Bench.start(t, { visitors: parade, cards: visits });
  const result = await endure(bench, visits, Math.max(20, Math.round(visits / 100)), (done, sample) =>
    console.log(JSON.stringify({ done, ...sample })),
  );
  console.log(JSON.stringify(result, null, 1));
  for (const name of ['run', 'link'] as const) {
    const { mbPer1000, firstFds, lastFds } = result[name];
    t.ok(lastFds <= firstFds + 2, `${name}: ${firstFds} descriptors at first, ${lastFds} at last`);
    t.ok(mbPer1000 < 10, `${name}: ${mbPer1000} MB in 1,000 visits`);
  }
  const last = await bench.settled();
  t.match(last, { consistent: true, cards: { inTransport: 0, uncertain: 0 } });
  t.equal(last.carrier?.['active'], last.cards.taken);
});
