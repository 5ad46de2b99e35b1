import { test } from 'tap';
import { Asks } from '../../src/kiosk/asks.js';
import { HandClock } from '../support/hand-clock.js';

const TRANSACTION = '6d0c5d63-9e5b-4c55-9f6a-2f1f4b7c3a10';
const SECOND = 1_000;

test('an ask is repeated until it is answered, each time after half as long again', async (t) => {
  const clock = new HandClock();
  const repeats: number[] = [];
  const begun = clock.monotonic();
  const asks = new Asks(() => repeats.push((clock.monotonic() - begun) / SECOND), clock);
  asks.sent([{ seq: 1, type: 'holder.check', payload: '' }]);
  const answer = asks.answer(TRANSACTION, 'holder.check', new AbortController().signal);
  const pass = (seconds: number): void => {
    for (let ms = 0; ms < seconds * SECOND; ms += 125) clock.pass(125);
  };
  pass(20);
  t.same(
    repeats.map((at) => Math.round(at)),
    [2, 4, 7, 12, 20],
  );
  asks.take({ ask: 'holder.check', transaction: TRANSACTION, decision: 'approved' });
  t.match(await answer, { decision: 'approved' });
  pass(20);
  t.equal(repeats.length, 5, 'and not any more');
});
