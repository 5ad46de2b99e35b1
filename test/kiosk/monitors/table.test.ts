import fc from 'fast-check';
import { test } from 'tap';
import { monitors, verdictOf } from '../../../src/kiosk/monitors/table.js';

const monitor = fc.constantFrom(...Object.values(monitors));
const number = fc.integer({ min: -1_000_000, max: 1_000_000_000 });

test('an alarm is raised at its limit, and cleared only beyond its margin: it does not come and go at one value', (t) => {
  const property = fc.property(monitor, number, number, (one, value, limit) => {
    const bad = one.bad === 'low' ? value <= limit : value >= limit;
    const good = one.bad === 'low' ? value > limit + one.margin : value < limit - one.margin;
    const raised = verdictOf(one, value, limit, false);
    const cleared = verdictOf(one, value, limit, true);
    return raised === (bad ? 'raise' : undefined) && cleared === (good ? 'clear' : undefined);
  });
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});
