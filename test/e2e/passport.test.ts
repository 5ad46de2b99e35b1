import { join } from 'node:path';
import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { passport, portrait, writeCast, type CastVisitor } from '../support/cast.js';
import { Command } from '../support/process.js';
import { because } from '../support/technician.js';

const traveller = (person: number, changes: Record<string, string> = {}, more: CastVisitor = {}): CastVisitor => ({
  document: passport(person, changes),
  faces: [portrait(person)],
  ...more,
});

function withoutPhoto(person: number): Record<string, string> {
  return Object.fromEntries(Object.entries(passport(person)).filter(([key]) => key !== 'photo'));
}

test('a kiosk with a reader of machine-readable zones sells to the holders of passports and identity cards', async (t) => {
  const bench = await Bench.start(t, {
    visitors: [
      // First: a zone that comes right after another one could be the rest of that document's.
      traveller(6, {}, { behaviour: 'pulls-document' }),
      traveller(1),
      traveller(2, { layout: 'TD1', number: 'D23145890734', issuer: 'BEL', nationality: 'BEL' }),
      traveller(3, { layout: 'TD2' }),
      traveller(4, {}, { faces: [portrait(6)] }),
      traveller(5, { validTo: '20200101' }),
      { document: withoutPhoto(5), faces: [portrait(5)] },
      traveller(7),
    ],
  });
  const endings = await bench.serve(8);
  t.same(
    endings.map((ending) => [ending?.outcome, ending?.reason].filter(Boolean).join(' ')),
    [
      'refused-document document.unreadable',
      'sold',
      'sold',
      'sold',
      'refused-face face.no-match',
      'refused-document document.expired',
      'refused-document document.photo-no-face',
      'sold',
    ],
  );
  const { consistent, cards } = await bench.settled();
  t.ok(consistent);
  t.match(cards, { taken: 4, retained: 0 });
  for (const secret of ['MUSTERMANN', 'C01X0006', '19900101', '900101']) t.notOk(bench.run.stdout.includes(secret));
});

test('without the camera for the photographs nobody is invited, and with it somebody is', async (t) => {
  const bench = await Bench.start(t, { visitors: [traveller(1)] });
  await bench.idle();
  await bench.world.emulator.pageCamera.unplug();
  await bench.screen(because('camera.offline'));
  await bench.world.emulator.pageCamera.plugIn();
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
});

test('the demo takes a cast of passports as it is', async (t) => {
  const cast = await writeCast(join(t.testdir(), 'cast.json'), [traveller(1)]);
  const demo = new Command(['demo', '--customers', '1', '--json', '--cast', cast]);
  t.equal(await demo.exited, 0, demo.stderr);
  t.match(demo.json(), { customers: 1, outcomes: { sold: 1 } });
});
