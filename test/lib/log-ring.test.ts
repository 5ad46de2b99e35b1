import { test } from 'tap';
import { LogRing } from '../../src/lib/log-ring.js';

test('the newest lines stay, as many characters as may, and one line always', (t) => {
  const ring = new LogRing(10);
  t.same(ring.lines(), []);
  for (const line of ['aaaa', 'bbbb', 'cc']) ring.add(line);
  t.same(ring.lines(), ['aaaa', 'bbbb', 'cc']);
  ring.add('d');
  t.same(ring.lines(), ['bbbb', 'cc', 'd']);
  ring.add('long beyond all limits');
  t.same(ring.lines(), ['long beyond all limits']);
  for (let i = 0; i < 1_000; i += 1) ring.add(String(i).padStart(5));
  t.same(ring.lines(), ['  998', '  999']);
  t.end();
});
