import { join } from 'node:path';
import { test, type Test } from 'tap';
import { readEvent, type KioskEvent } from '../../../src/fleet/messages.js';
import type { Measured } from '../../../src/fleet/monitors.js';
import { openJournal, type Journal } from '../../../src/journal/journal.js';
import { openAlarms } from '../../../src/kiosk/monitors/alarms.js';
import { Monitors } from '../../../src/kiosk/monitors/monitors.js';
import { hottestZone } from '../../../src/kiosk/monitors/thermal.js';
import { Health } from '../../../src/lib/health.js';
import { batchIccids } from '../../../src/lib/iccid.js';
import { Listeners } from '../../../src/lib/listeners.js';
import { holds } from '../../support/device-state.js';
import { HandClock } from '../../support/hand-clock.js';

const LOOK_MS = 10_000;
const LIMITS = { stockPercent: 10, temperature: 80, disk: 200e6, 'face-refusals': 50, 'reader-errors': 3 };

/** The monitors of a kiosk whose surroundings the test sets. */
function watch(t: Test, journal: Journal) {
  const clock = new HandClock();
  const reader = new Health();
  const around = { temperature: 40, disk: 1e9 };
  const reports: Measured[] = [];
  const looked = new Listeners();
  let looks = 0;
  const monitors = new Monitors({
    ...{ journal, clock, limits: LIMITS, random: () => 0.5 },
    idReader: { fault: () => reader.fault, onChange: (listener) => reader.onChange(listener) },
    temperature: () => Promise.resolve(around.temperature),
    // The last thing that a look asks for.
    diskFree: () => Promise.resolve(around.disk),
    onAlarm: () => undefined,
    report: (measured) => void reports.push(measured),
    onError: (error) => t.fail(String(error)),
  });
  // A look ends when the next one is waited for.
  const after = clock.after.bind(clock);
  clock.after = (ms, callback) => {
    if (ms === LOOK_MS) {
      looks += 1;
      looked.emit();
    }
    return after(ms, callback);
  };
  t.teardown(() => monitors.close());
  return {
    around,
    reader,
    reports,
    monitors,
    look: async (): Promise<void> => {
      const before = looks;
      clock.pass(LOOK_MS);
      await holds(
        (look) => looked.add(look),
        () => looks > before,
      );
    },
  };
}

async function alarmsOf(journal: Journal): Promise<readonly string[]> {
  const rows = await journal.unacknowledged(1_000, 0);
  return rows
    .map(({ payload }) => readEvent(payload))
    .filter((event): event is Extract<KioskEvent, { data: { alarm: string } }> => !!event?.type.startsWith('alarm.'))
    .map(({ type, data }) => `${type} ${data.alarm}`);
}

/** Takes so many cards out of the stack. */
async function sell(journal: Journal, count: number): Promise<void> {
  for (let sale = 0; sale < count; sale += 1)
    for (const card of ['transport', 'taken'] as const)
      await journal.append({ at: 0, event: { type: 'test' }, card, messages: () => [] });
}

test('a low stack is one alarm, also after a restart, until it is refilled', async (t) => {
  const dir = t.testdir();
  let journal = await openJournal(dir, 'kiosk-1');
  await journal.loadBatch('first', batchIccids(20), 0);
  const before = watch(t, journal);
  await before.look();
  t.same(await alarmsOf(journal), [], 'no surprise at the start');
  await sell(journal, 17);
  await before.look();
  t.same(await alarmsOf(journal), []);
  await sell(journal, 1);
  for (let again = 0; again < 3; again += 1) await before.look();
  t.same(await alarmsOf(journal), ['alarm.raised stock']);
  before.monitors.close();
  await journal.close();

  journal = await openJournal(dir, 'kiosk-1');
  t.teardown(() => journal.close());
  t.same(openAlarms(journal), ['stock']);
  const after = watch(t, journal);
  await after.look();
  t.same(await alarmsOf(journal), ['alarm.raised stock']);
  await journal.loadBatch('second', batchIccids(30).slice(20), 0);
  await after.look();
  await after.look();
  t.same(await alarmsOf(journal), ['alarm.raised stock', 'alarm.cleared stock']);
  t.same(openAlarms(journal), []);
});

test('a small stack is low when it is empty, not before', async (t) => {
  const journal = await openJournal(t.testdir(), 'kiosk-1');
  t.teardown(() => journal.close());
  await journal.loadBatch('first', batchIccids(3), 0);
  const kiosk = watch(t, journal);
  await sell(journal, 2);
  await kiosk.look();
  t.same(await alarmsOf(journal), []);
  await sell(journal, 1);
  await kiosk.look();
  t.same(await alarmsOf(journal), ['alarm.raised stock']);
});

test('heat, a full disk, refusals and a failing reader are alarms of their own', async (t) => {
  const journal = await openJournal(t.testdir(), 'kiosk-1');
  t.teardown(() => journal.close());
  await journal.loadBatch('first', batchIccids(3), 0);
  const { look, around, reader, monitors } = watch(t, journal);
  around.temperature = 85;
  await look();
  around.disk = 100e6;
  await look();
  for (let fault = 0; fault < 3; fault += 1) {
    reader.set('reader.no-answer');
    reader.set(undefined);
  }
  await look();
  const visit = { state: 'done', since: 0, deadline: null, documentTries: 1, faceTries: 1 } as const;
  for (let refused = 0; refused < 10; refused += 1)
    monitors.counts.onStep({ type: 'face.failed', reason: 'face.no-match' }, visit, 0);
  await look();
  const raised = ['temperature', 'disk', 'reader-errors', 'face-refusals'].map((alarm) => `alarm.raised ${alarm}`);
  t.same(await alarmsOf(journal), raised);
  around.temperature = 76;
  await look();
  t.same(await alarmsOf(journal), raised, 'not beyond its margin');
  around.temperature = 74;
  await look();
  t.same(await alarmsOf(journal), [...raised, 'alarm.cleared temperature']);
});

test('it is reported what was measured: at once, when something has changed, and about every minute', async (t) => {
  const journal = await openJournal(t.testdir(), 'kiosk-1');
  t.teardown(() => journal.close());
  await journal.loadBatch('first', batchIccids(3), 0);
  const { look, around, reports } = watch(t, journal);
  await look();
  t.same(reports, [{ stock: 3, temperature: 40, disk: 1e9, 'reader-errors': 0 }]);
  around.temperature = 44;
  await look();
  t.equal(reports.length, 1, 'a small change waits');
  around.temperature = 45;
  await look();
  t.match(reports.slice(1), [{ temperature: 45 }]);
  await look();
  await look();
  t.equal(reports.length, 2);
  await look();
  t.equal(reports.length, 3, 'a minute after the start');
});

test('the hottest thermal zone counts; a machine without any has none', async (t) => {
  const dir = t.testdir({
    thermal_zone0: { temp: '48312\n' },
    thermal_zone1: { temp: '51900\n' },
    thermal_zone2: { temp: 'broken\n' },
    thermal_zone3: {},
    cooling_device0: { temp: '99000\n' },
  });
  t.equal(await hottestZone(dir), 51.9);
  t.equal(await hottestZone(join(dir, 'thermal_zone3')), undefined);
  t.equal(await hottestZone(join(dir, 'nowhere')), undefined);
});
