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

test('the report has what it promises, and nothing else', async (t) => {
  const report = await simulated('--transactions', '10', '--seed', '1', '--faults', 'none');
  const counts = ['transactions', 'crashes', 'faults', 'crashesByState', 'violations'];
  t.same(Object.keys(report), [...counts, 'transactionsPerSecond', 'digest']);
  t.equal(report.transactions, 10);
  t.match(report.digest, /^[0-9a-f]{64}$/);
});
