import t from 'tap';
import { LevelIoDispenser } from '../../../drivers/card-dispenser/level-io.js';
import { unitSignals } from '../../../drivers/emulator/card-dispenser/wirings.js';
import { EmulatedGpio } from '../../../drivers/gpio/emulated/index.js';
import { faultIs, holds } from '../../support/device-state.js';
import { openReadyBench } from './bench.js';

const NEVER = new AbortController().signal;
const unit = [{ signals: unitSignals }, { lines: unitSignals, travelMs: 2_000, jamRetries: 0 }] as const;

void t.test('a command is held for long enough to be heard, and no longer than it takes', async (t) => {
  const { chip, dispenser } = await openReadyBench(t, ...unit);
  const heard: [string, boolean, number][] = [];
  chip.onOutput((line, level) => heard.push([line, level, performance.now()]));
  await dispenser.stage(NEVER);
  const [on, off] = heard.filter(([line]) => line === 'unit-payout');
  t.match(on, ['unit-payout', false], 'active-low');
  t.match(off, ['unit-payout', true]);
  t.ok((off?.[2] ?? 0) - (on?.[2] ?? 0) >= 200, 'makers ask for 200 ms');
  t.equal((await dispenser.status()).media, 'transport');
});

void t.test('a unit that was disabled in the middle of a movement moves nothing until it is told again', async (t) => {
  const { chip, world, dispenser } = await openReadyBench(t, ...unit);
  const abort = new AbortController();
  const staged = dispenser.stage(abort.signal).catch(() => undefined);
  await holds(
    (look) => world.onStarted(look),
    () => world.running().includes('feed'),
  );
  abort.abort(new Error('customer left'));
  await staged;
  t.same(world.running(), []);
  t.equal(chip.output('unit-enable'), true, 'active-low: disabled');
  t.match(world.counts(), { inStack: 10, inTransport: 0 });
  await dispenser.stage(NEVER);
  t.match(world.counts(), { inStack: 9, inTransport: 1 });
});

void t.test('a jam that the unit reports ends the attempt at once: it has tried as often as it can', async (t) => {
  const { world, dispenser } = await openReadyBench(t, unit[0], { ...unit[1], travelMs: 60_000, jamRetries: 5 });
  world.jamHard();
  const begun = performance.now();
  await t.rejects(dispenser.stage(NEVER), { code: 'dispenser.media-jam' });
  t.ok(performance.now() - begun < 5_000);
  t.equal(dispenser.fault(), 'dispenser.media-jam');
  await dispenser.reset(NEVER);
  t.equal(dispenser.fault(), undefined, 'nothing lies in the way');
  await t.rejects(dispenser.stage(NEVER), { code: 'dispenser.media-jam' }, 'and is found again');
});

void t.test('an error that was there when the program started is a jam, until a reset', async (t) => {
  const { dir, world, gpio, dispenser } = await openReadyBench(t, ...unit);
  world.jamHard();
  await t.rejects(dispenser.stage(NEVER), { code: 'dispenser.media-jam' });
  await dispenser.close();
  await gpio.close();
  const nextGpio = new EmulatedGpio({ name: 'gpio', socket: `${dir}/gpio.sock` });
  const next = new LevelIoDispenser(nextGpio, { debounceMs: 10, ...unit[1] });
  t.teardown(async () => {
    await next.close();
    await nextGpio.close();
  });
  await faultIs(next, 'dispenser.media-jam');
  world.clearJam();
  await next.reset(NEVER);
  t.equal(next.fault(), undefined);
  await next.stage(NEVER);
});

void t.test('while the supply is off the dispenser is not ready, and is again when it is on', async (t) => {
  const { world, dispenser } = await openReadyBench(t, ...unit);
  world.power(false);
  await faultIs(dispenser, 'dispenser.not-ready');
  world.power(true);
  await faultIs(dispenser, undefined);
  await dispenser.stage(NEVER);
});
