import fc from 'fast-check';
import { test } from 'tap';
import { afterFailure, isLocked, type DocumentRecord } from '../../src/identity/document-lock.js';

const RULES = { failures: 3, forMs: 1_000 };
const FRESH = { lock: 'lock-1', pseudonym: 'p' };

/** What failures at these times leave behind. */
const after = (...times: readonly number[]): DocumentRecord | undefined =>
  times.reduce<DocumentRecord | undefined>((record, now) => afterFailure(record, FRESH, RULES, now), undefined);

test('the third failure within the time locks, for that time', (t) => {
  t.notOk(isLocked(undefined, RULES, 0));
  t.notOk(isLocked(after(0, 1), RULES, 1));
  const locked = after(0, 999, 1_998);
  t.match(locked, { lock: 'lock-1', failures: 3, until: 2_998 });
  t.ok(isLocked(locked, RULES, 2_997));
  t.notOk(isLocked(locked, RULES, 2_998));
  t.end();
});

test('failures that lie too far apart do not add up', (t) => {
  t.match(after(0, 1_000, 2_000), { failures: 1 });
  t.match(after(0, 1, 1_001), { failures: 1 }, 'the second one is over as well');
  t.end();
});

test('a wall clock that was set back by a year does not lock a document for a year', (t) => {
  const locked = after(1e12, 1e12, 1e12);
  t.ok(isLocked(locked, RULES, 1e12));
  t.notOk(isLocked(locked, RULES, 1e12 - 1_001));
  t.end();
});

test('whatever the times: never locked by fewer failures than it takes, never for longer than the time', (t) => {
  const property = fc.property(
    fc.array(fc.nat(5_000), { minLength: 1, maxLength: 8 }),
    fc.integer({ min: -2_000, max: 8_000 }),
    (gaps, later) => {
      let now = 0;
      const times = gaps.map((gap) => (now += gap));
      const at = now + later;
      const lately = times.filter((time) => time > now - RULES.failures * RULES.forMs).length;
      const locked = isLocked(after(...times), RULES, at);
      return !locked || (lately >= RULES.failures && later < RULES.forMs && later >= 0);
    },
  );
  t.doesNotThrow(() => fc.assert(property, { numRuns: 2_000 }));
  t.end();
});
