import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { Ear } from '../support/ear.js';
import { ask, because } from '../support/technician.js';

test('an opened door ends the visit wherever it is, keeps the card inside, and is reported once', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1, { behaviour: 'leaves-card' })] });
  const ear = await Ear.listen(t, bench);
  const { cabinet, dispenser } = bench.world.emulator;
  const inState = (state: string) => bench.screen((screen) => screen.state === state);
  await bench.idle();

  /** Opens the door in a state in which a motor cannot get on; `before`: when it stops getting on. */
  const openAt = async (state: string, before?: string): Promise<string> => {
    const visit = bench.visit();
    if (before) {
      await inState(before);
      dispenser.jamHard();
    }
    await inState(state);
    cabinet.openDoor();
    await bench.screen((screen) => screen.state !== state);
    dispenser.clearJam();
    const outcome = await visit;
    await bench.screen(because('cabinet.door-open'));
    cabinet.closeDoor();
    await bench.idle();
    return outcome;
  };

  const expected = [
    ['capturing', undefined, 0],
    ['staging', 'authorising', 0],
    ['presenting', 'binding', 1],
    ['presented', undefined, 1],
  ] as const;
  let retained = 0;
  for (const [index, [state, before, kept]] of expected.entries()) {
    t.equal(await openAt(state, before), 'failed cabinet.door-open', state);
    retained += kept;
    await ear.hears('security.tamper', index + 1);
    t.match(ear.all('security.tamper').at(-1), { reason: 'cabinet.door-open', state }, state);
    t.match(await bench.settled(), { consistent: true, cards: { retained, inTransport: 0, uncertain: 0, taken: 0 } });
  }

  cabinet.openDoor();
  await bench.screen(because('cabinet.door-open'));
  cabinet.closeDoor();
  await bench.idle();
  t.equal(await bench.visit(), 'retained dispenser.not-taken', 'back in service');
  retained += 1;
  t.match(await bench.settled(), { consistent: true, cards: { taken: 0, retained } });
  t.same(
    ear.all('security.tamper').map(({ state }) => state),
    [...expected.map(([state]) => state), 'idle'],
  );
  t.equal(ear.all('sale.void').length, 4, 'an approval that was given is given back');
  t.equal(dispenser.counts().retained, retained);
});

test('in maintenance the door may be opened; left open, it keeps the kiosk out of service', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const ear = await Ear.listen(t, bench);
  const { cabinet } = bench.world.emulator;
  await bench.idle();
  await ask(bench, 'maintenance', 'on');
  await bench.screen(because('kiosk.maintenance'));
  cabinet.openDoor();
  while ((await ask(bench, 'status'))['faults']?.toString() !== 'kiosk.maintenance,cabinet.door-open');
  await ask(bench, 'maintenance', 'off');
  await bench.screen(because('cabinet.door-open'));
  cabinet.closeDoor();
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  await bench.settled();
  t.same(ear.all('security.tamper'), []);
});

test('a technician who opens the door while somebody is served ends the visit, and is no intruder', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const ear = await Ear.listen(t, bench);
  const { cabinet } = bench.world.emulator;
  await bench.idle();
  const visit = bench.visit();
  await bench.screen(({ state }) => state === 'capturing');
  await ask(bench, 'maintenance', 'on');
  cabinet.openDoor();
  t.equal(await visit, 'failed cabinet.door-open');
  await bench.screen(because('kiosk.maintenance'));
  t.match(await bench.settled(), { consistent: true, cards: { taken: 0, retained: 0 } });
  t.same(ear.all('security.tamper'), []);
});

test('a door that is open when the service starts is reported', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const ear = await Ear.listen(t, bench);
  await bench.idle();
  await bench.run.kill('SIGTERM');
  bench.world.emulator.cabinet.openDoor();
  bench.startRun();
  await bench.screen(because('cabinet.door-open'));
  await ear.hears('security.tamper', 1);
  bench.world.emulator.cabinet.closeDoor();
  await bench.idle();
  t.equal(ear.all('security.tamper').length, 1);
});
