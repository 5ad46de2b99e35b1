import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';

const MOTORS = ['dispenser-feed', 'dispenser-present', 'dispenser-retain'];

test('SIGTERM while a motor runs: ends within two seconds, motor off, and the next start accounts for the card', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], cards: 5 });
  const { chip } = bench.world.emulator;
  await bench.idle();
  const moving = new Promise<void>((resolve) => {
    const remove = chip.onOutput((line, level) => {
      if (line !== 'dispenser-present' || !level) return;
      remove();
      resolve();
    });
  });
  const served = bench.serve();
  await moving;
  const asked = performance.now();
  t.equal(await bench.run.kill('SIGTERM'), 0);
  t.ok(performance.now() - asked < 2_000, 'within two seconds');
  t.ok(
    MOTORS.every((motor) => !chip.output(motor)),
    'all motors are off',
  );
  t.same(await served, [undefined], 'the customer sees a black screen');

  bench.startRun();
  await bench.idle();
  t.match(await bench.settled(), { consistent: true, cards: { loaded: 5, inStack: 4, taken: 0, retained: 1 } });
  t.equal(await bench.visit(), 'sold');
});

test('SIGTERM to the network process: ends within two seconds, and a sale goes on when it is back', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  const asked = performance.now();
  t.equal(await bench.link.kill('SIGTERM'), 0);
  t.ok(performance.now() - asked < 2_000, 'within two seconds');
  bench.startLink();
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
});

test('SIGTERM in the middle of a visit is over within two seconds in every state', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  for (const state of ['reading', 'capturing', 'authorising', 'presented']) {
    await bench.idle();
    const served = bench.serve();
    await bench.screen((screen) => screen.state === state || screen.state === 'done');
    const asked = performance.now();
    t.equal(await bench.run.kill('SIGTERM'), 0);
    t.ok(performance.now() - asked < 2_000, state);
    await served;
    bench.startRun();
  }
  await bench.idle();
  t.match(await bench.settled(), { consistent: true });
});
