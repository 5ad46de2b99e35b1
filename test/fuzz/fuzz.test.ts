import { test } from 'tap';
import { fuzz } from './fuzz.js';
import { targets } from './targets.js';

const INPUTS = 5_000;

for (const [name, target] of Object.entries(targets))
  test(`${name}: bad bytes end in an error of the table, soon, and leave nothing behind`, async (t) => {
    const { wrong, growthMb, inputs } = await fuzz(target, INPUTS, 1);
    t.same(wrong, []);
    t.ok(growthMb < 16, `${inputs} inputs, ${growthMb} MB`);
  });
