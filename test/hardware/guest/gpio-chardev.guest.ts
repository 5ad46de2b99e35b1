import { writeFileSync } from 'node:fs';
import t from 'tap';
import { ChardevGpio } from '../../../drivers/gpio/chardev/index.js';
import { findChip } from '../../../drivers/gpio/onoff/sysfs.js';
import { gpioContract } from '../../contract/gpio.js';
import { holds } from '../../support/device-state.js';
import { chardev, newSim, simBench } from './gpio-bench.js';
import { startHolder } from './gpio-killed.js';

gpioContract(t, 'character device', simBench(chardev));

void t.test('lines go by their configured names, those of the kernel, and their offsets', async (t) => {
  const { sim } = newSim();
  const gpio = new ChardevGpio({ name: 'gpio', chip: sim.path, lines: { feed: 0 } });
  t.teardown(async () => {
    await gpio.close();
    sim.remove();
  });
  await gpio.requestOutputs([{ line: 'feed' }]);
  await gpio.requestInputs([{ line: 'sensor' }, { line: '2' }]);
  sim.drive('other', true);
  await gpio.set('feed', true);
  t.equal(sim.wire('motor'), true);
  t.equal(await gpio.get('2'), true);
});

void t.test('a bias is set on the wire', async (t) => {
  const { sim, label } = newSim();
  const gpio = chardev.open({ path: sim.path, label });
  t.teardown(async () => {
    await gpio.close();
    sim.remove();
  });
  await gpio.requestInputs([
    { line: 'sensor', bias: 'pull-up' },
    { line: 'other', bias: 'pull-down' },
  ]);
  t.same([sim.wire('sensor'), sim.wire('other')], [true, false]);
  t.same([await gpio.get('sensor'), await gpio.get('other')], [true, false]);
});

void t.test('edges of lines of several requests are told in the order of their time', async (t) => {
  const { sim, label } = newSim();
  const gpio = chardev.open({ path: sim.path, label });
  t.teardown(async () => {
    await gpio.close();
    sim.remove();
  });
  await gpio.requestInputs([{ line: 'sensor' }]);
  await gpio.requestInputs([{ line: 'other' }]);
  const told: string[] = [];
  const all = new Promise<void>((resolve) => {
    gpio.onEdge(({ line }) => {
      told.push(line);
      if (told.length === 3) resolve();
    });
  });
  for (const line of ['other', 'sensor', 'motor']) sim.drive(line, true);
  sim.drive('other', false);
  await all;
  t.same(told, ['other', 'sensor', 'other']);
});

void t.test('a busy line is refused with chip, line and who holds it', async (t) => {
  const { sim, label } = newSim();
  const path = sim.path;
  const gpio = chardev.open({ path, label });
  const second = chardev.open({ path, label });
  t.teardown(async () => {
    await gpio.close();
    await second.close();
    sim.remove();
  });
  await gpio.requestOutputs([{ line: 'motor' }]);
  await t.rejects(second.requestOutputs([{ line: 'other' }, { line: 'motor' }]), {
    code: 'gpio.line-busy',
    detail: `${path} motor: held by simkiosk`,
  });
  writeFileSync('/sys/class/gpio/export', String(findChip(label).base + 1));
  await t.rejects(second.requestInputs([{ line: 'sensor' }]), {
    code: 'gpio.line-busy',
    detail: `${path} sensor: held by sysfs`,
  });
  await second.requestOutputs([{ line: 'other' }]);
});

void t.test('a program that is killed lets go of its outputs, though its children live on', async (t) => {
  const { sim, label, path, kill } = await startHolder(t, 'chardev');
  t.same([sim.wire('motor'), sim.wire('other')], [true, false]);
  await kill();
  await holds(sim.onWire, () => !sim.wire('motor'));
  const gpio = chardev.open({ path, label });
  t.teardown(() => gpio.close());
  await gpio.requestOutputs([{ line: 'motor' }]);
});
