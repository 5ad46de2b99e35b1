import { join } from 'node:path';
import t, { test } from 'tap';
import { readKiosks } from '../../src/carrier/read-kiosks.js';
import { statePaths } from '../../src/config/paths.js';
import { DOWN_MS } from '../../src/fleet/condition.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { Command } from '../support/process.js';
import { asked, because, operatorsHear } from '../support/reasons.js';

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
