import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { batchIccids } from '../../src/lib/iccid.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { because } from '../support/technician.js';

test('without cards nobody is invited; a refill brings the kiosk back', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], cards: 1 });
  t.equal(await bench.visit(), 'sold');
  await bench.screen(because('dispenser.card-unit-empty'));
  const refill = batchIccids(3, 2);
  await writeFile(join(bench.dir, 'emulator', 'batch.txt'), refill.join('\n'));
  bench.world.emulator.dispenser.refill(refill);
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  t.match(await bench.settled(), { consistent: true, cards: { loaded: 4, taken: 2 } });
});

test('without the carrier nobody is invited; it comes back with it', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  bench.world.embeddedBroker?.refuse(true);
  await bench.screen(because('fleet.broker-refused'));
  bench.world.embeddedBroker?.refuse(false);
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
});

test('without the network process nobody is invited; it comes back with it', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  await bench.link.kill();
  await bench.screen(because('link.down'));
  bench.startLink();
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
});

test('without a camera nobody is invited; it comes back with it', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  await bench.world.emulator.camera.unplug();
  await bench.screen(because('camera.offline'));
  await bench.world.emulator.camera.plugIn();
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
});

test('without pictures from the camera nobody is invited; it comes back with them', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  bench.world.emulator.camera.faults.garbage = true;
  t.equal(await bench.visit(), 'failed camera.garbage');
  await bench.screen(because('camera.garbage'));
  bench.world.emulator.camera.faults.garbage = false;
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
});

test('without the ID reader nobody is invited; it comes back with it', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  bench.world.emulator.reader.faults.mute = true;
  await bench.screen(because('reader.no-answer'));
  bench.world.emulator.reader.faults.mute = false;
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
});
