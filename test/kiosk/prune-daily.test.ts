import { test } from 'tap';
import { pruneDaily } from '../../src/kiosk/prune-daily.js';
import { DAY_MS, HOUR_MS } from '../../src/lib/durations.js';
import { HandClock } from '../support/hand-clock.js';

test('history goes at the start and every day; by a clock that is wrong at the start, as soon as it is right', (t) => {
  const clock = new HandClock();
  const pruned: number[] = [];
  const journal = {
    async prune(before: number): Promise<void> {
      await Promise.resolve(pruned.push(clock.now() - before));
    },
  };
  const fail = (error: unknown) => t.fail(String(error));
  let isRight = false;
  const end = pruneDaily(journal, clock, 90, () => isRight, fail);
  clock.pass(HOUR_MS);
  t.same(pruned, []);
  isRight = true;
  clock.pass(HOUR_MS);
  t.same(pruned, [90 * DAY_MS]);
  clock.pass(DAY_MS - 1);
  t.equal(pruned.length, 1);
  clock.pass(1);
  t.equal(pruned.length, 2);
  end();
  clock.pass(DAY_MS);
  t.equal(pruned.length, 2);
  t.end();
});
