import { test } from 'tap';
import { builtAt, clockFault, ClockWatch } from '../../src/kiosk/clock-trust.js';
import { HandClock } from '../support/hand-clock.js';
import { holds } from '../support/device-state.js';

const BUILT = Date.UTC(2026, 0, 1);
const DAY_MS = 24 * 3_600_000;

test('a clock is believed when it is past what is known to be past, or was set by a server', (t) => {
  const known = { now: BUILT + 2 * DAY_MS, built: BUILT, newest: BUILT + DAY_MS, synchronised: false };
  t.equal(clockFault(known), undefined);
  t.equal(clockFault({ ...known, now: Date.UTC(1970, 0, 1) }), 'clock.not-set', 'a machine without a battery for it');
  t.equal(clockFault({ ...known, now: BUILT - 1, synchronised: true }), 'clock.not-set', 'no server says that');
  t.equal(clockFault({ ...known, now: known.newest - 30_000 }), undefined, 'a server may set it back a little');
  t.equal(clockFault({ ...known, now: BUILT + 1 }), 'clock.behind', 'the last sale was later');
  t.equal(clockFault({ ...known, now: BUILT + 1, synchronised: true }), undefined, 'the journal was ahead');
  t.end();
});

test('a kiosk that starts in the past waits, and goes on when the clock was set', async (t) => {
  const clock = new HandClock();
  const watch = new ClockWatch(clock, () => 0);
  await watch.look();
  t.equal(watch.fault(), 'clock.not-set');
  clock.setWall((await builtAt()) + DAY_MS);
  const mended = holds(
    (look) => watch.onChange(look),
    () => watch.fault() === undefined,
  );
  clock.pass(5_000);
  await mended;
  t.equal(watch.fault(), undefined);
  watch.close();
});
