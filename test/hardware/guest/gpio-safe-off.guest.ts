import { writeFileSync } from 'node:fs';
import t from 'tap';
import { driveRaw, findChip } from '../../../drivers/gpio/onoff/sysfs.js';
import { drivers } from './gpio-bench.js';
import { startHolder } from './gpio-killed.js';

for (const { name } of drivers) {
  void t.test(`${name}: safe-off switches off what a killed program left on, as often as it is called`, async (t) => {
    const { sim, label, path, kill, safeOff } = await startHolder(t, name);
    await kill();
    const first = await safeOff();
    t.equal(first.code, 0, first.stderr);
    const chip = name === 'onoff' ? label : path;
    t.equal(
      first.stderr,
      `safe-off: ${chip} motor (offset 0, ${name}): low\nsafe-off: ${chip} other (offset 2, ${name}): high\n`,
    );
    t.equal(sim.wire('motor'), false);
    t.comment(`${name}: safe-off took ${first.ms.toFixed(0)} ms`);
    const second = await safeOff();
    t.equal(second.code, 0, second.stderr);
    t.equal(sim.wire('motor'), false);
  });

  void t.test(`${name}: safe-off leaves the lines to a program that lives, and says so`, async (t) => {
    const { sim, safeOff } = await startHolder(t, name);
    const { code, stderr } = await safeOff();
    t.equal(code, 1);
    t.match(stderr, /motor.*: NOT driven low, gpio\.line-busy: .*held by/);
    t.same([sim.wire('motor'), sim.wire('other')], [true, false]);
  });

  void t.test(`${name}: safe-off says that the chip is gone`, async (t) => {
    const { sim, kill, safeOff } = await startHolder(t, name);
    await kill();
    sim.unplug();
    const { code, stderr } = await safeOff();
    t.equal(code, 1);
    t.match(stderr, /motor.*: NOT driven low, gpio\.chip-missing/);
  });
}

void t.test('safe-off switches off a line of the character device whose level was kept', async (t) => {
  const { sim, label, kill, safeOff } = await startHolder(t, 'chardev');
  await kill();
  const { base } = findChip(label);
  writeFileSync('/sys/class/gpio/export', String(base));
  driveRaw(base, 1);
  t.equal(sim.wire('motor'), true);
  const { code, stderr } = await safeOff();
  t.equal(code, 0, stderr);
  t.equal(sim.wire('motor'), false);
});
