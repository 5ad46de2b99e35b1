import { spawnSync } from 'node:child_process';
import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';

const isolated = spawnSync('unshare', ['-n', 'true']).status === 0;
const skip = isolated ? false : 'unshare -n is not allowed here';

test('the device process sells in an empty network namespace, through the network process', { skip }, async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], runPrefix: ['unshare', '-n'] });
  t.equal(await bench.visit(), 'sold');
  t.match(await bench.settled(), { consistent: true, cards: { taken: 1 } });
});
