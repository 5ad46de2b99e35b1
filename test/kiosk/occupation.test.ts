import { test } from 'tap';
import { Occupation } from '../../src/kiosk/occupation.js';
import { withResolvers } from '../../src/lib/with-resolvers.js';

test('what was begun is told to end once, and what follows waits until it has ended', async (t) => {
  const occupation = new Occupation((error) => t.fail(String(error)));
  const order: string[] = [];
  const done = withResolvers<undefined>();
  occupation.begin(
    async (signal) => {
      const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
      await aborted;
      order.push(`told: ${(signal.reason as Error).message}`);
      await done.promise;
    },
    () => order.push('the first has ended'),
  );
  occupation.abort('nobody needs it');
  occupation.begin(
    (signal) => {
      order.push(`the second begins, ${signal.aborted ? 'aborted' : 'undisturbed'}`);
      return Promise.resolve();
    },
    () => order.push('the second has ended'),
  );
  done.resolve(undefined);
  await occupation.ended();
  t.same(order, [
    'told: nobody needs it',
    'the first has ended',
    'the second begins, undisturbed',
    'the second has ended',
  ]);
});

test('what has ended is not told to end: its signal serves what comes next', async (t) => {
  const occupation = new Occupation((error) => t.fail(String(error)));
  const signals: AbortSignal[] = [];
  const work = (signal: AbortSignal): Promise<void> => {
    signals.push(signal);
    return Promise.resolve();
  };
  for (let turn = 0; turn < 2; turn += 1) {
    await new Promise<void>((resolve) => {
      occupation.begin(work, () => {
        occupation.abort('left');
        resolve();
      });
    });
  }
  const [first, second] = signals;
  t.equal(first, second);
  t.notOk(first?.aborted);
});

test('work that is told to end before it begins does not begin', async (t) => {
  const occupation = new Occupation((error) => t.fail(String(error)));
  const first = withResolvers<undefined>();
  occupation.begin(
    () => first.promise,
    () => undefined,
  );
  occupation.begin(
    () => Promise.resolve(t.fail('it begins')),
    () => t.fail('it ends'),
  );
  occupation.abort('left');
  first.resolve(undefined);
  await occupation.ended();
});

test('an error of the work, and of what follows it, is told', async (t) => {
  const failures: unknown[] = [];
  const occupation = new Occupation((error) => failures.push(error));
  occupation.begin(
    () => Promise.reject(new Error('of the work')),
    () => t.fail('it ends'),
  );
  await occupation.ended();
  occupation.begin(
    () => Promise.resolve(),
    () => {
      throw new Error('of what follows');
    },
  );
  await occupation.ended();
  t.same(
    failures.map((error) => (error as Error).message),
    ['of the work', 'of what follows'],
  );
});
