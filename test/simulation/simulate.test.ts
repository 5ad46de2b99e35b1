import { test } from 'tap';
import { simulated } from './simulated.js';

test('what is always true stays true, whatever goes wrong in thousands of visits', async (t) => {
  const usual = await simulated('--transactions', '4000', '--seed', '20260401');
  const rough = await simulated('--transactions', '1500', '--seed', '20260402', '--faults', 'rough');
  for (const { violations, crashesByState, faults } of [usual, rough]) {
    t.same(violations, []);
    t.ok(Object.keys(crashesByState).length >= 12, `crashed in ${Object.keys(crashesByState).join(', ')}`);
    t.ok(Object.keys(faults).length >= 25, `${Object.keys(faults).length} kinds of fault`);
  }
});

test('the same seed is the same history, another one is another', async (t) => {
  const [once, again, other] = [
    await simulated('--transactions', '300', '--seed', '5'),
    await simulated('--transactions', '300', '--seed', '5'),
    await simulated('--transactions', '300', '--seed', '6'),
  ];
  t.equal(once.digest, again.digest);
  t.not(once.digest, other.digest);
});
