import fc from 'fast-check';
import { test } from 'tap';
import { ConfigSchema } from '../../../src/config/schema.js';
import { monitors, verdictOf } from '../../../src/kiosk/monitors/table.js';

const monitor = fc.constantFrom(...Object.values(monitors));
const number = fc.integer({ min: 0, max: 1_000_000_000 });

test('an alarm is raised at its limit, and cleared only beyond its margin: it does not come and go at one value', (t) => {
  const property = fc.property(monitor, number, number, (one, value, limit) => {
    const bad = one.bad === 'low' ? value <= limit : value >= limit;
    const good = one.bad === 'low' ? value > limit + one.margin : value < limit - Math.min(one.margin, limit / 2);
    const raised = verdictOf(one, value, limit, false);
    const cleared = verdictOf(one, value, limit, true);
    return raised === (bad ? 'raise' : undefined) && cleared === (good ? 'clear' : undefined);
  });
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});

test('an alarm of what is counted from nothing can be cleared at every limit that may be set', (t) => {
  const { shape } = ConfigSchema.shape.monitors.unwrap();
  for (const name of ['face-refusals', 'reader-errors'] as const) {
    const { setting } = monitors[name];
    for (let limit = 1; limit <= 100; limit += 1) {
      t.ok(shape[setting].safeParse(limit).success);
      t.equal(verdictOf(monitors[name], limit, limit, true), undefined, `${name} at ${limit}`);
      t.equal(verdictOf(monitors[name], 0, limit, true), 'clear', `${name} back at nothing, limit ${limit}`);
    }
  }
  t.end();
});
