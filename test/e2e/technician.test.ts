import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { ask, because } from '../support/technician.js';

test('in maintenance nobody is invited, devices are tried one at a time, and all of it is in the books', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], cards: 5 });
  await bench.idle();
  t.match(await ask(bench, 'test', 'camera'), { error: 'control.not-now' });
  t.match(await ask(bench, 'maintenance', 'on'), { maintenance: true });
  await bench.screen(because('kiosk.maintenance'));

  const save = join(bench.dir, 'seen.jpg');
  t.match(await ask(bench, 'test', 'camera', '--save', save), { width: 1280, height: 720, faces: [] });
  t.same((await readFile(save)).subarray(0, 2), Buffer.from([0xff, 0xd8]));
  t.match(await ask(bench, 'test', 'lamps'), { doorOpen: false });
  t.match(await ask(bench, 'test', 'face'), { faces: [] });
  t.match(await ask(bench, 'test', 'dispenser'), { before: { media: 'none' }, after: { media: 'transport' } });
  t.match(await ask(bench, 'reset'), { media: 'none' });
  await bench.screen(because('kiosk.maintenance'));
  t.match(await ask(bench, 'status'), { maintenance: true, faults: ['kiosk.maintenance'], cards: { retained: 1 } });

  t.match(await ask(bench, 'maintenance', 'off'), { maintenance: false });
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  t.match(await bench.settled(), { consistent: true, cards: { loaded: 5, retained: 1, taken: 1, inStack: 3 } });
});

test('technicians work on a stopped kiosk as well', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], cards: 5 });
  await bench.idle();
  await bench.run.kill('SIGTERM');
  t.match(await ask(bench, 'status'), { state: 'stopped', cards: { inStack: 5 } });
  t.match(await ask(bench, 'maintenance', 'on'), { maintenance: true });
  t.match(await ask(bench, 'test', 'camera'), { width: 1280, height: 720 });
  t.match(await ask(bench, 'stock', 'count', '4'), { difference: -1 });
  bench.startRun();
  await bench.screen(because('kiosk.maintenance'));
  await ask(bench, 'maintenance', 'off');
  await bench.idle();
  t.match(await bench.settled(), { consistent: true });
});
