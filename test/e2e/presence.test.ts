import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { test } from 'tap';
import { readKiosks, type KioskView } from '../../src/carrier/read-kiosks.js';
import { statePaths } from '../../src/config/paths.js';
import { DOWN_MS } from '../../src/fleet/condition.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { Ear } from '../support/ear.js';
import { Command } from '../support/process.js';
import { asked, operatorsHear } from '../support/reasons.js';
import { because } from '../support/technician.js';

t.setTimeout(230_000);

test('operators see whether a kiosk can sell and why not, and tell one that is lost from one that is out of service', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], cards: 7 });
  const { carrier } = statePaths(bench.dir);
  const seen = async (now = Date.now()) => (await readKiosks(carrier, now))[0];
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  await asked(bench, 'maintenance', 'on');
  await operatorsHear(t, bench, 'kiosk.maintenance');
  await bench.screen(because('kiosk.maintenance'));
  await bench.settled();
  const kiosks = new Command(['carrier', 'kiosks', '--dir', carrier, '--json']);
  t.equal(await kiosks.exited, 0);
  t.match(kiosks.json(), {
    kiosks: [
      {
        ...{ kiosk: 'virtual-1', condition: 'out-of-service' },
        said: {
          ...{ sellable: false, reasons: ['kiosk.maintenance'], state: 'out-of-service' },
          cards: { loaded: 7, inStack: 6, taken: 1 },
        },
      },
    ],
  });
  t.ok(Math.abs((await seen())?.clockOffsetMs ?? Infinity) < 10_000, 'one machine, one clock');
  const table = new Command(['carrier', 'kiosks', '--dir', carrier]);
  t.equal(await table.exited, 0);
  t.match(table.stdout, /^kiosk +condition .*\nvirtual-1 +out-of-service .* kiosk\.maintenance\n$/);

  await bench.link.kill();
  t.equal((await seen(Date.now() + DOWN_MS))?.condition, 'down');
  const nowhere = new Command(['carrier', 'kiosks', '--dir', join(bench.dir, 'nowhere')]);
  t.equal(await nowhere.exited, 1);
});

test('an alarm is raised once, also across restarts, and cleared when it is over; measurements are told', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], config: { monitors: { diskFreeMb: 1e12 } } });
  const { carrier } = statePaths(bench.dir);
  const ear = await Ear.listen(t, bench);
  await ear.hears('alarm.raised', 1);
  t.match(ear.all('alarm.raised'), [{ alarm: 'disk', severity: 'major', limit: 1e18 }]);
  const first = await seenWith(carrier, ({ measured }) => measured !== undefined);
  t.match(first.measured, { stock: 20, 'reader-errors': 0 });

  await bench.run.kill('SIGTERM');
  bench.startRun();
  const { session = 0 } = first.said ?? {};
  const later = await seenWith(carrier, ({ said }) => (said?.session ?? 0) > session && said?.sellable === true);
  t.same(later.said?.alarms, ['disk']);
  await bench.run.kill('SIGTERM');
  const config = JSON.parse(await readFile(bench.world.configFile, 'utf8')) as object;
  await writeFile(bench.world.configFile, JSON.stringify({ ...config, monitors: { diskFreeMb: 0 } }));
  bench.startRun();
  await ear.hears('alarm.cleared', 1);
  t.equal(ear.all('alarm.raised').length, 1);
  t.match(ear.all('alarm.cleared'), [{ alarm: 'disk' }]);
  t.same((await bench.settled()).violations, []);
});

/** The kiosk as operators see it, once it fits. */
async function seenWith(carrier: string, fits: (view: KioskView) => boolean): Promise<KioskView> {
  for (;;) {
    const [view] = await readKiosks(carrier, Date.now());
    if (view && fits(view)) return view;
  }
}
