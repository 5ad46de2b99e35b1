import { test, type Test } from 'tap';
import { WorkQueue } from '../../src/kiosk/work-queue.js';
import { withResolvers } from '../../src/lib/with-resolvers.js';
import { HandClock } from '../support/hand-clock.js';

function open() {
  const clock = new HandClock();
  const failures: unknown[] = [];
  return { clock, failures, queue: new WorkQueue(clock, (error) => failures.push(error)) };
}

type Work = () => Promise<void>;

/** Work that ends when the test says so. */
function held(): { work: Work; begun: Promise<void>; end: () => void } {
  const begun = withResolvers<undefined>();
  const end = withResolvers<undefined>();
  return {
    begun: begun.promise,
    end: () => end.resolve(undefined),
    work() {
      begun.resolve(undefined);
      return end.promise;
    },
  };
}

/** @param fill adds a piece that the test holds, and another one */
async function waitsForTheFirst(t: Test, fill: (queue: WorkQueue, first: Work, second: Work) => void): Promise<void> {
  const { queue } = open();
  const said: string[] = [];
  const first = held();
  fill(queue, first.work, () => Promise.resolve(void said.push('second')));
  const last = held();
  queue.add(last.work);
  await first.begun;
  t.same(said, []);
  first.end();
  await last.begun;
  t.same(said, ['second']);
  last.end();
}

test('work is done one at a time, in the order it came', (t) =>
  waitsForTheFirst(t, (queue, first, second) => {
    queue.add(first);
    queue.add(second);
  }));

test('what is added by a piece that has just begun waits for it', (t) =>
  waitsForTheFirst(t, (queue, first, second) => {
    queue.add(() => {
      queue.add(second);
      return first();
    });
  }));

test('the queue is stuck once a piece takes longer than it may, and is not any more when it ends after all', async (t) => {
  const { queue, clock } = open();
  const slow = held();
  queue.add(slow.work);
  await slow.begun;
  clock.pass(30_000);
  t.notOk(queue.stuck);
  clock.pass(1);
  t.ok(queue.stuck);
  const next = held();
  queue.add(next.work, 100);
  slow.end();
  await next.begun;
  t.notOk(queue.stuck);
  clock.pass(101);
  t.ok(queue.stuck, 'each piece has its own limit');
  next.end();
});

test('a queue with nothing to do is never stuck', (t) => {
  const { queue, clock } = open();
  clock.pass(1e9);
  t.notOk(queue.stuck);
  t.end();
});

test('the first failure is told once and ends the queue', async (t) => {
  const failed = withResolvers<unknown>();
  let failures = 0;
  const queue = new WorkQueue(new HandClock(), (error) => {
    failures += 1;
    failed.resolve(error);
  });
  const wrong = new Error('wrong');
  queue.add(() => Promise.reject(wrong));
  queue.add(() => Promise.reject(new Error('never begun')));
  t.equal(await failed.promise, wrong);
  await queue.close();
  t.equal(failures, 1);
});

test('closing waits for the piece under way and begins no other', async (t) => {
  const { queue, failures } = open();
  const last = held();
  queue.add(last.work);
  queue.add(() => Promise.reject(new Error('never begun')));
  await last.begun;
  const closed = queue.close();
  queue.add(() => Promise.reject(new Error('never taken')));
  last.end();
  await closed;
  t.same(failures, []);
});
