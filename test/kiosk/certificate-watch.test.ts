import { test } from 'tap';
import { readEvent } from '../../src/fleet/messages.js';
import { openJournal } from '../../src/journal/journal.js';
import { dueAnnouncement, watchCertificate } from '../../src/kiosk/certificate-watch.js';
import { Listeners } from '../../src/lib/listeners.js';
import { holds } from '../support/device-state.js';
import { HandClock } from '../support/hand-clock.js';

const DAY_MS = 86_400_000;
const HOUR_MS = DAY_MS / 24;

test('a certificate is announced 30, 7 and 1 days ahead, and the end is known', (t) => {
  const due = [31, 30.01, 30, 8, 7, 2, 1, 0, -1].map((days) => dueAnnouncement(days * DAY_MS, 0));
  t.same(due, [0, 0, 1, 1, 2, 2, 3, 3, 3]);
  t.end();
});

test('each announcement is one event, whatever the link does and however often the service starts; a new certificate ends them', async (t) => {
  const journal = await openJournal(t.testdir(), 'kiosk-1');
  t.teardown(() => journal.close());
  const clock = new HandClock();
  const changed = new Listeners();
  let until = clock.now() + 31 * DAY_MS;
  const link = { certificateUntil: () => until, onChange: (look: () => void) => changed.add(look) };
  const watch = (): (() => void) =>
    watchCertificate(
      link,
      { journal, clock },
      () => undefined,
      (error) => t.fail(String(error)),
    );
  let end = watch();
  const days = async (): Promise<unknown[]> => {
    const rows = await journal.unacknowledged(100, 0);
    return rows.map(({ payload }) => readEvent(payload)?.data).map((data) => data && 'days' in data && data.days);
  };
  const announced = (count: number): Promise<void> =>
    holds(
      (look) => journal.onChange(look),
      () => journal.lastSeq() >= count,
    );
  for (let hour = 0; hour < 31 * 24; hour += 1) {
    clock.pass(HOUR_MS);
    changed.emit();
  }
  await announced(3);
  t.same(await days(), [30, 7, 1]);
  end();
  end = watch();
  until += 365 * DAY_MS;
  clock.pass(HOUR_MS);
  end();
  clock.pass(400 * DAY_MS);
  t.equal(journal.lastSeq(), 3);
});
