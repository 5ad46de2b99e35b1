import { test, type Test } from 'tap';
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

/** A kiosk whose certificate is valid for so many days. */
async function openKiosk(t: Test, validDays: number) {
  const journal = await openJournal(t.testdir(), 'kiosk-1');
  t.teardown(() => journal.close());
  const clock = new HandClock();
  const changed = new Listeners();
  const kiosk = { until: clock.now() + validDays * DAY_MS, isClockRight: true };
  const link = { certificateUntil: () => kiosk.until, onChange: (look: () => void) => changed.add(look) };
  const watch = (): (() => void) =>
    watchCertificate(
      link,
      { journal, clock, isClockRight: () => kiosk.isClockRight },
      () => undefined,
      (error) => t.fail(String(error)),
    );
  const days = async (): Promise<unknown[]> => {
    const rows = await journal.unacknowledged(100, 0);
    return rows.map(({ payload }) => readEvent(payload)?.data).map((data) => data && 'days' in data && data.days);
  };
  const announced = (count: number): Promise<void> =>
    holds(
      (look) => journal.onChange(look),
      () => journal.lastSeq() >= count,
    );
  const pass = (days: number): void => {
    for (let hour = 0; hour < days * 24; hour += 1) {
      clock.pass(HOUR_MS);
      changed.emit();
    }
  };
  return { kiosk, journal, clock, watch, days, announced, pass };
}

test('each announcement is one event, whatever the link does and however often the service starts; a new certificate ends them', async (t) => {
  const { kiosk, journal, clock, watch, days, announced, pass } = await openKiosk(t, 31);
  let end = watch();
  pass(31);
  await announced(3);
  t.same(await days(), [30, 7, 1]);
  end();
  end = watch();
  kiosk.until += 365 * DAY_MS;
  clock.pass(HOUR_MS);
  end();
  clock.pass(400 * DAY_MS);
  t.equal(journal.lastSeq(), 3);
});

test('a clock that was ahead takes no announcement away, and one that is behind announces nothing again', async (t) => {
  const { kiosk, clock, watch, days, announced, pass } = await openKiosk(t, 40);
  t.teardown(watch());
  const right = clock.now();
  clock.setWall(right + 365 * DAY_MS);
  pass(1);
  await announced(1);
  clock.setWall(right + DAY_MS);
  pass(20);
  await announced(2);
  const now = clock.now();
  kiosk.isClockRight = false;
  clock.setWall(right);
  pass(1);
  kiosk.isClockRight = true;
  clock.setWall(now + DAY_MS);
  pass(18);
  await announced(4);
  t.same(await days(), [0, 30, 7, 1]);
});
