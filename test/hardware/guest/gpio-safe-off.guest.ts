import t from 'tap';
import { drivers } from './gpio-bench.js';
import { startHolder } from './gpio-killed.js';

for (const { name } of drivers) {
  void t.test(`${name}: safe-off switches off what a killed program left on, as often as it is called`, async (t) => {
    const { sim, kill, safeOff } = await startHolder(t, name);
    await kill();
    const first = await safeOff();
    t.equal(first.code, 0, first.stderr);
    t.match(first.stderr, /motor.*: low/);
    t.match(first.stderr, /other.*: high/);
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
