import { test } from 'tap';
import { KioskState } from '../../src/fleet/presence.js';
import { openJournal } from '../../src/journal/journal.js';
import { aboutEveryMinute, presenceOf } from '../../src/kiosk/presence.js';
import { initial } from '../../src/transaction/transaction.js';
import { HandClock } from '../support/hand-clock.js';

const NOW = Date.parse('2026-06-01T12:00:00.000Z');
const ICCID = '89860000000000000001';

test('what a kiosk says of itself: state, cards, messages that wait and since when, certificate', async (t) => {
  const journal = await openJournal(t.testdir(), 'kiosk-1');
  t.teardown(() => journal.close());
  const fitness = { sellable: false, reasons: ['camera.offline'] } as const;
  const fresh = await presenceOf(journal, fitness, NOW, undefined);
  t.match(fresh, { ...fitness, state: 'out-of-service', outbox: { depth: 0 } });
  t.notOk(fresh.outbox?.oldest);

  await journal.loadBatch('one', [ICCID], NOW - 5_000);
  await journal.append({ at: NOW - 3_000, event: { type: 'x' }, next: initial(NOW - 3_000), messages: () => [] });
  await journal.loadBatch('two', [`${ICCID.slice(0, -1)}2`], NOW - 1_000);
  const presence = await presenceOf(journal, fitness, NOW, NOW + 1);
  t.match(presence, {
    since: '2026-06-01T11:59:57.000Z',
    cards: { loaded: 2, inStack: 2 },
    outbox: { depth: 2, oldest: '2026-06-01T11:59:55.000Z' },
    certificateUntil: '2026-06-01T12:00:00.001Z',
  });
  const birth = { online: true, session: 1, revision: 1, epoch: journal.epoch, lastSeq: 2, version: '1', ...presence };
  t.ok(KioskState.safeParse(birth).success, 'it fits the message');

  journal.acknowledge(journal.epoch, 1);
  const later = await presenceOf(journal, fitness, NOW, undefined);
  t.same(later.outbox, { depth: 1, oldest: '2026-06-01T11:59:59.000Z' });
});

test('about every minute, never in step, and not after its end', (t) => {
  for (const [luck, seconds] of [
    [0, 45],
    [0.5, 60],
    [0.999_999, 75],
  ] as const) {
    const clock = new HandClock();
    let calls = 0;
    const end = aboutEveryMinute(
      clock,
      () => luck,
      () => (calls += 1),
    );
    clock.pass((seconds - 1) * 1_000);
    t.equal(calls, 0);
    clock.pass(1_000);
    t.equal(calls, 1);
    clock.pass(seconds * 1_000);
    t.equal(calls, 2);
    end();
    clock.pass(600_000);
    t.equal(calls, 2);
  }
  t.end();
});
