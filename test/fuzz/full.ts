import { test } from 'tap';
import { fuzz } from './fuzz.js';
import { targets } from './targets.js';

/** Full form of fuzz.test.ts, for a night: `npm run fuzz -- [inputs] [seed] [part of a target's name]`. */
const [inputs = '1000000', seed = String(Date.now() % 1_000_000), part = ''] = process.argv.slice(2);
/** Text is parsed by libraries that are tested elsewhere. */
const TEXT_SHARE = 10;

for (const [name, target] of Object.entries(targets).filter(([known]) => known.includes(part)))
  test(`${name}, seed ${seed}`, async (t) => {
    const { wrong, growthMb, ...finding } = await fuzz(
      target,
      Number(inputs) / (target.binary ? 1 : TEXT_SHARE),
      Number(seed),
    );
    t.same(wrong, []);
    t.ok(growthMb < 32, `${growthMb} MB are left`);
    t.comment(JSON.stringify({ name, ...finding, growthMb }));
  });
