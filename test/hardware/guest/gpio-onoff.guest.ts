import t from 'tap';
import { isExported, findChip } from '../../../drivers/gpio/onoff/sysfs.js';
import { gpioContract } from '../../contract/gpio.js';
import { chardev, newSim, onoff, simBench } from './gpio-bench.js';
import { startHolder } from './gpio-killed.js';

gpioContract(t, 'onoff', simBench(onoff));

void t.test('lines are found by the label of the chip, wherever the kernel counts from', async (t) => {
  const { sim, label } = newSim();
  const { base } = findChip(label);
  t.comment(`the chip starts at line ${base}`);
  const gpio = onoff.open({ path: sim.path, label });
  t.teardown(() => sim.remove());
  await gpio.requestOutputs([{ line: '0' }]);
  t.ok(isExported(base));
  await gpio.set('0', true);
  t.equal(sim.wire('motor'), true);
  await gpio.close();
  t.notOk(isExported(base), 'nothing is left exported');
});

void t.test('a bias, which sysfs cannot set, is refused', async (t) => {
  const { sim, label } = newSim();
  const gpio = onoff.open({ path: sim.path, label });
  t.teardown(async () => {
    await gpio.close();
    sim.remove();
  });
  const asked = gpio.requestInputs([{ line: 'sensor', bias: 'pull-up' }]);
  await t.rejects(asked, { code: 'gpio.unsupported', detail: /sensor: no pull-up/ });
  await gpio.requestInputs([{ line: 'sensor', bias: 'disabled' }]);
});

void t.test('a line held through the character device is busy, with who holds it', async (t) => {
  const { sim, label } = newSim();
  const holder = chardev.open({ path: sim.path, label });
  const gpio = onoff.open({ path: sim.path, label });
  t.teardown(async () => {
    await gpio.close();
    await holder.close();
    sim.remove();
  });
  await holder.requestOutputs([{ line: 'motor' }]);
  await t.rejects(gpio.requestOutputs([{ line: 'motor' }]), {
    code: 'gpio.line-busy',
    detail: `${label} motor: held by simkiosk`,
  });
});

void t.test('a line that another living program has exported is busy, with its process', async (t) => {
  const { label, path, pid, sim } = await startHolder(t, 'onoff');
  const gpio = onoff.open({ path, label });
  t.teardown(() => gpio.close());
  await t.rejects(gpio.requestOutputs([{ line: 'motor' }]), {
    code: 'gpio.line-busy',
    detail: `${label} motor: held by node (process ${pid})`,
  });
  t.equal(sim.wire('motor'), true, 'left to its holder');
});

void t.test('what a killed program left on is taken over, and off from then on', async (t) => {
  const { label, path, sim, kill } = await startHolder(t, 'onoff');
  await kill();
  t.same([sim.wire('motor'), sim.wire('other')], [true, false], 'sysfs keeps the levels');
  const gpio = onoff.open({ path, label });
  t.teardown(() => gpio.close());
  await gpio.requestOutputs([{ line: 'motor' }, { line: 'other', activeLow: true }]);
  t.same([sim.wire('motor'), sim.wire('other')], [false, true]);
});
