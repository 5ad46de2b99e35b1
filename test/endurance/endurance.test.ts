import t, { test } from 'tap';
import { Bench } from '../support/bench.js';
import { endure } from './endure.js';
import { parade } from './parade.js';

t.setTimeout(230_000);

test(
  'a hundred visits leave no descriptor open and no memory behind (short form of test:endurance)',
  { timeout: 220_000 },
  async (t) => {
    const bench = await Bench.start(t, { visitors: parade, cards: 200 });
    const { run, link, walMb } = await endure(bench, 100, 20);
    for (const trend of [run, link]) {
      t.ok(trend.lastFds <= trend.firstFds + 2, `${trend.firstFds} descriptors, then ${trend.lastFds}`);
      t.ok(trend.mostMb < trend.firstMb + 50, `${trend.firstMb} MB, at most ${trend.mostMb}`);
    }
    t.ok(walMb < 8, `the write-ahead log has ${walMb} MB`);
  },
);
