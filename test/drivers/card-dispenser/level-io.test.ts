import t from 'tap';
import { LevelIoDispenser } from '../../../drivers/card-dispenser/level-io.js';
import { unitSignals } from '../../../drivers/emulator/card-dispenser/wirings.js';
import { dispenserChipLines } from '../../../drivers/emulator/card-dispenser/world.js';
import { EmulatedGpioChip } from '../../../drivers/emulator/gpio-chip.js';
import { EmulatedGpio } from '../../../drivers/gpio/emulated/index.js';
import { batchIccids } from '../../../src/lib/iccid.js';
import { cardDispenserContract } from '../../contract/card-dispenser.js';
import { faultIs } from '../../support/device-state.js';
import { dispenserHands } from '../../support/hands.js';
import { openDispenserBench, openReadyBench } from './bench.js';

const NEVER = new AbortController().signal;
/** A unit that hears commands sooner than makers' do, so that the tests need not wait. */
const ACCEPT_MS = 10;
const quickUnit = {
  ...unitSignals,
  feed: { ...unitSignals.feed, pulseMs: 25 },
  present: { ...unitSignals.present, pulseMs: 25 },
  retain: { ...unitSignals.retain, pulseMs: 25 },
  reset: { ...unitSignals.reset, pulseMs: 25 },
};

for (const [name, wiring] of [
  ['level I/O', {}],
  ['level I/O with a controller', { signals: quickUnit, acceptMs: ACCEPT_MS }],
] as const)
  cardDispenserContract(t, name, async (t, { cards, binCapacity }) => {
    const iccids = batchIccids(cards);
    const lines = 'signals' in wiring ? { lines: wiring.signals } : {};
    const { dispenser, world, chip } = await openReadyBench(
      t,
      { iccids, binCapacity, ...wiring },
      { travelMs: 'signals' in wiring ? 600 : 150, ...lines },
    );
    return {
      dispenser,
      isMoving: () => world.running().length > 0,
      ...dispenserHands(world),
      needsReset: 'signals' in wiring,
      unplug: () => chip.unplug(),
      plugIn: () => chip.plugIn(),
    };
  });

void t.test('sensors that bounce are heard once: the motor stops once, after the card has settled', async (t) => {
  const { chip, gpio, dispenser } = await openReadyBench(t);
  const edges: string[] = [];
  gpio.onEdge(({ line, level }) => edges.push(`${line} ${level ? 'on' : 'off'}`));
  const switched: string[] = [];
  chip.onOutput((line, level) => switched.push(`${line} ${level ? 'on' : 'off'}`));
  await dispenser.stage(NEVER);
  await dispenser.present(NEVER);
  t.strictSame(edges.sort(), ['dispenser-exit on', 'dispenser-transport off', 'dispenser-transport on']);
  t.strictSame(switched, ['dispenser-feed on', 'dispenser-feed off', 'dispenser-present on', 'dispenser-present off']);
});

void t.test('a card that is taken before the unit is ready again was presented all the same', async (t) => {
  const unit = { signals: quickUnit, acceptMs: ACCEPT_MS, settleMs: 200 };
  const { gpio, world, dispenser } = await openReadyBench(t, unit, { travelMs: 800, lines: quickUnit });
  await dispenser.stage(NEVER);
  gpio.onEdge(({ line }) => line === quickUnit.exit.line && world.counts().atExit > 0 && world.takeCard());
  await dispenser.present(NEVER);
  t.equal(dispenser.fault(), undefined);
  await t.rejects(dispenser.taken(NEVER), { code: 'dispenser.no-media' });
  t.match(world.counts(), { taken: 1, inTransport: 0, atExit: 0 });
});

void t.test('a jam is tried as often as configured, and the time for it is bounded', async (t) => {
  const { chip, world, dispenser } = await openReadyBench(t, {}, { travelMs: 60, jamRetries: 3 });
  let starts = 0;
  chip.onOutput((_line, level) => (starts += level ? 1 : 0));
  world.jamHard();
  const begun = performance.now();
  await t.rejects(dispenser.stage(NEVER), { code: 'dispenser.media-jam', detail: 'feed' });
  t.ok(performance.now() - begun < 4 * 60 + 1_000);
  t.equal(starts, 4);
});

void t.test('a card that is seen at the exit instead of the transport is followed by no other', async (t) => {
  // The pins of the two sensors were mistaken for each other, or the one of the transport is dead.
  const lines = { transport: 'dispenser-exit', exit: 'dispenser-transport' };
  const { chip, dispenser, gpio, world } = await openReadyBench(t, {}, { travelMs: 300, jamRetries: 5, lines });
  const switched: string[] = [];
  chip.onOutput((line, level) => switched.push(`${line} ${level ? 'on' : 'off'}`));
  // Whoever stands there is quick.
  gpio.onEdge(({ line, level }) => level && chip.drive(line, false));
  await t.rejects(dispenser.stage(NEVER), { code: 'dispenser.media-jam', detail: 'feed' });
  t.same(switched, ['dispenser-feed on', 'dispenser-feed off']);
  t.equal(world.counts().inTransport, 1);
});

void t.test('a finger at the exit does not keep a card from being fed', async (t) => {
  const { chip, dispenser, world, started } = await openReadyBench(t, { travelMs: 100 });
  const touched = started().then(() => chip.drive('dispenser-exit', true));
  await Promise.all([touched, dispenser.stage(NEVER)]);
  t.equal(world.counts().inTransport, 1);
});

void t.test('a jammed card that a technician takes out by hand ends the jam', async (t) => {
  const { chip, world, dispenser } = await openReadyBench(t, {}, { travelMs: 500, jamRetries: 0 });
  await dispenser.stage(NEVER);
  world.jamHard();
  await t.rejects(dispenser.present(NEVER), { code: 'dispenser.media-jam' });
  chip.drive('dispenser-transport', false);
  await faultIs(dispenser, undefined);
  t.equal((await dispenser.status()).media, 'none');
});

void t.test('every card of several is retained, however quickly they come', async (t) => {
  const { world, dispenser } = await openReadyBench(t);
  for (let i = 0; i < 3; i += 1) {
    await dispenser.stage(NEVER);
    await dispenser.retain(NEVER);
  }
  t.match(world.counts(), { retained: 3, inTransport: 0, atExit: 0 });
});

void t.test('a card that leaves the transport without dropping into the bin is not called retained', async (t) => {
  const { chip, world, dispenser } = await openReadyBench(t, {}, { travelMs: 500, jamRetries: 0 });
  await dispenser.stage(NEVER);
  await dispenser.present(NEVER);
  world.jamHard();
  chip.onOutput((_line, level) => level && world.takeCard());
  await t.rejects(dispenser.retain(NEVER), { code: 'dispenser.media-jam' });
  t.equal((await dispenser.status()).media, 'none');
});

void t.test('a dispenser that was never there says so, and can be closed', async (t) => {
  const gpio = new EmulatedGpio({ name: 'gpio', socket: '/nowhere/gpio.sock' });
  const dispenser = new LevelIoDispenser(gpio, { debounceMs: 10, travelMs: 100, jamRetries: 0 });
  t.equal(dispenser.fault(), 'gpio.chip-missing');
  await t.rejects(dispenser.stage(NEVER), { code: 'gpio.chip-missing' });
  await dispenser.close();
  await gpio.close();
});

void t.test('a line that the chip does not have is the fault', async (t) => {
  const { dispenser } = await openDispenserBench(t, {}, { lines: { feed: 'dispenser-fed' } });
  await faultIs(dispenser, 'gpio.line-unknown');
  t.equal(dispenser.detail(), 'gpio dispenser-fed');
  await t.rejects(dispenser.status(), { code: 'gpio.line-unknown' });
});

void t.test('lines that another program holds are the fault until it lets go of them', async (t) => {
  const { dir, dispenser, gpio } = await openReadyBench(t);
  const otherGpio = new EmulatedGpio({ name: 'gpio', socket: `${dir}/gpio.sock` });
  t.teardown(() => otherGpio.close());
  const other = new LevelIoDispenser(otherGpio, { debounceMs: 10, travelMs: 100, jamRetries: 0 });
  t.teardown(() => other.close());
  await faultIs(other, 'gpio.line-busy');
  await dispenser.close();
  await gpio.close();
  await faultIs(other, undefined);
  await other.stage(NEVER);
});

void t.test('a chip that is exchanged for one with the same lines goes on where the cards are', async (t) => {
  const { dir, chip, world, dispenser } = await openReadyBench(t);
  await dispenser.stage(NEVER);
  world.close();
  await chip.close();
  await faultIs(dispenser, 'gpio.chip-missing');
  const next = new EmulatedGpioChip({ socket: `${dir}/gpio.sock`, lines: dispenserChipLines });
  t.teardown(() => next.close());
  next.drive('dispenser-exit', true);
  next.drive('dispenser-empty', true);
  const faults: unknown[] = [];
  dispenser.onChange(() => faults.push(dispenser.fault()));
  await next.plugIn();
  await faultIs(dispenser, 'dispenser.card-unit-empty');
  t.same(faults, ['dispenser.card-unit-empty'], 'not fit before the sensors were read');
  t.equal((await dispenser.status()).media, 'exit');
});
