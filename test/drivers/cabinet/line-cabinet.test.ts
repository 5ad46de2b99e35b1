import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { LineCabinet, type CabinetSignals } from '../../../drivers/cabinet/line-cabinet.js';
import { cabinetChipLines, cabinetSignals, EmulatedCabinet } from '../../../drivers/emulator/cabinet.js';
import { EmulatedGpioChip } from '../../../drivers/emulator/gpio-chip.js';
import { EmulatedGpio } from '../../../drivers/gpio/emulated/index.js';
import { cabinetContract } from '../../contract/cabinet.js';
import { faultIs } from '../../support/device-state.js';
import { cabinetHands } from '../../support/hands.js';

const DEBOUNCE_MS = 30;

async function openBench(t: Test, lines: CabinetSignals = cabinetSignals) {
  const dir = await mkdtemp(join(tmpdir(), 'cabinet-'));
  const socket = join(dir, 'gpio.sock');
  const chip = new EmulatedGpioChip({ socket, lines: cabinetChipLines });
  const hands = new EmulatedCabinet(chip);
  await chip.plugIn();
  const gpio = new EmulatedGpio({ name: 'gpio', socket });
  const cabinet = new LineCabinet(gpio, { lines, debounceMs: DEBOUNCE_MS });
  t.teardown(async () => {
    await cabinet.close();
    await gpio.close();
    hands.close();
    await chip.close();
    await rm(dir, { recursive: true });
  });
  return { socket, chip, hands, gpio, cabinet };
}

cabinetContract(t, 'cabinet on lines', async (t) => {
  const { chip, hands, cabinet } = await openBench(t);
  return {
    cabinet,
    ...cabinetHands(hands),
    unplug: () => chip.unplug(),
    plugIn: () => chip.plugIn(),
  };
});

void t.test('a cabinet without any line is shut, dark, and never at fault', async (t) => {
  const gpio = new EmulatedGpio({ name: 'gpio', socket: '/nowhere/gpio.sock' });
  t.teardown(() => gpio.close());
  const cabinet = new LineCabinet(gpio, { lines: {}, debounceMs: DEBOUNCE_MS });
  t.equal(cabinet.fault(), undefined);
  t.equal(cabinet.doorOpen(), false);
  cabinet.show({ ready: true, busy: false });
  await cabinet.light(true);
  await cabinet.close();
  t.equal(cabinet.fault(), undefined);
});

void t.test('a cabinet without any line does not care that the chip is there already', async (t) => {
  const { gpio } = await openBench(t);
  await faultIs(gpio, undefined);
  const cabinet = new LineCabinet(gpio, { lines: {}, debounceMs: DEBOUNCE_MS });
  t.equal(cabinet.fault(), undefined);
  await cabinet.close();
});

void t.test('only what is wired is asked of the chip', async (t) => {
  const { door } = cabinetSignals;
  const { cabinet, hands, socket } = await openBench(t, { door });
  await faultIs(cabinet, undefined);
  await cabinet.light(true);
  t.notOk(hands.isLit('cameraLight'));
  const other = new EmulatedGpio({ name: 'gpio', socket });
  t.teardown(() => other.close());
  await other.requestOutputs([{ line: cabinetSignals.cameraLight }]);
  t.pass('another program may have the rest');
});

void t.test('lines that another program holds are the fault until it lets go of them', async (t) => {
  const { cabinet, gpio, socket } = await openBench(t);
  await faultIs(cabinet, undefined);
  const otherGpio = new EmulatedGpio({ name: 'gpio', socket });
  t.teardown(() => otherGpio.close());
  const other = new LineCabinet(otherGpio, { lines: cabinetSignals, debounceMs: DEBOUNCE_MS });
  t.teardown(() => other.close());
  await faultIs(other, 'gpio.line-busy');
  await cabinet.close();
  await gpio.close();
  await faultIs(other, undefined);
});
