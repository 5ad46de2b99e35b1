import fc from 'fast-check';
import { test } from 'tap';
import { Stopwatch } from '../../src/kiosk/stopwatch.js';
import { HandClock } from '../support/hand-clock.js';

function begin(): { clock: HandClock; watch: Stopwatch } {
  const clock = new HandClock();
  return { clock, watch: new Stopwatch(clock) };
}

test('all time is the machine’s own, but what it waited for the customer', async (t) => {
  const { clock, watch } = begin();
  clock.pass(100);
  const answer = watch.waiting(Promise.resolve('read'));
  clock.pass(3_000);
  t.equal(await answer, 'read');
  clock.pass(20);
  t.equal(watch.machineMs(), 120);
});

test('waiting that fails was waiting too', async (t) => {
  const { clock, watch } = begin();
  const failed = watch.waiting(Promise.reject(new Error('taken away')));
  clock.pass(3_000);
  await t.rejects(failed, { message: 'taken away' });
  clock.pass(5);
  t.equal(watch.machineMs(), 5);
});

test('what the machine did while the customer was waited for counts as its own', async (t) => {
  const { clock, watch } = begin();
  const frames = watch.waiting(Promise.resolve(80), (ownMs) => ownMs);
  clock.pass(2_000);
  await frames;
  t.equal(watch.machineMs(), 80);
});

test('more own time than has passed does not count twice', async (t) => {
  const { clock, watch } = begin();
  const frames = watch.waiting(Promise.resolve(9_000), (ownMs) => ownMs);
  clock.pass(50);
  await frames;
  t.equal(watch.machineMs(), 50);
});

test('between pause and resume no time counts, and doing either twice changes nothing', (t) => {
  const { clock, watch } = begin();
  watch.resume();
  clock.pass(10);
  watch.pause();
  clock.pass(1_000);
  watch.pause();
  clock.pass(1_000);
  watch.resume();
  watch.resume();
  clock.pass(7);
  t.equal(watch.machineMs(), 17);
  t.end();
});

test('it is counted to a tenth of a millisecond', (t) => {
  const { clock, watch } = begin();
  clock.pass(1.26);
  t.equal(watch.machineMs(), 1.3);
  t.end();
});

test('however a visit is made of work and pauses, only the work counts', (t) => {
  const parts = fc.array(fc.record({ own: fc.boolean(), ms: fc.nat(10_000) }));
  const property = fc.property(parts, (visit) => {
    const { clock, watch } = begin();
    let own = 0;
    for (const part of visit) {
      if (part.own) own += part.ms;
      else watch.pause();
      clock.pass(part.ms);
      watch.resume();
    }
    return watch.machineMs() === own;
  });
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});
