import fc from 'fast-check';
import { test } from 'tap';
import { backoffMs, spreadMs } from '../../src/lib/backoff.js';

const attempt = fc.nat(10_000);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const first = fc.integer({ min: 1, max: 5_000 });
const limit = fc.integer({ min: 5_000, max: 600_000 });

test('the pause doubles with every failed attempt up to its limit', (t) => {
  const longest = [0, 1, 2, 3, 4, 5].map((failed) => backoffMs(failed, 1_000, 10_000, 1));
  t.same(longest, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  t.equal(backoffMs(0, 1_000, 10_000, 0), 500, 'at least half of it');
  t.equal(backoffMs(3, 1_000, 10_000, 0.5), 6_000);
  t.end();
});

test('a pause is never zero and never above the limit, however long the broker is gone', (t) => {
  const property = fc.property(attempt, first, limit, random, (failed, firstMs, limitMs, luck) => {
    const pause = backoffMs(failed, firstMs, limitMs, luck);
    return pause >= firstMs / 2 && pause <= limitMs;
  });
  t.doesNotThrow(() => fc.assert(property));
  t.equal(backoffMs(1e9, 1_000, 60_000, 0.999_999) <= 60_000, true);
  t.end();
});

test('a later attempt never waits less with the same luck', (t) => {
  const property = fc.property(attempt, first, limit, random, (failed, firstMs, limitMs, luck) => {
    return backoffMs(failed + 1, firstMs, limitMs, luck) >= backoffMs(failed, firstMs, limitMs, luck);
  });
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});

test('kiosks that lost one broker do not come back in step', (t) => {
  const pauses = Array.from({ length: 100 }, (_, kiosk) => backoffMs(6, 1_000, 60_000, kiosk / 100));
  t.equal(new Set(pauses).size, 100);
  t.ok(Math.max(...pauses) - Math.min(...pauses) > 25_000, 'they spread over the upper half');
  t.end();
});

test('the pause of many kiosks is anywhere below its limit, which doubles: as many come back in each part of it', (t) => {
  const property = fc.property(attempt, first, limit, random, (failed, firstMs, limitMs, luck) => {
    const pause = spreadMs(failed, firstMs, limitMs, luck);
    const longest = Math.min(limitMs, firstMs * 2 ** Math.min(failed, 30));
    return pause >= 0 && pause < longest && Math.abs(pause - longest * luck) < 1e-6;
  });
  t.doesNotThrow(() => fc.assert(property));
  t.same(
    [0, 1, 2, 3, 4].map((failed) => spreadMs(failed, 5_000, 60_000, 0.5)),
    [2_500, 5_000, 10_000, 20_000, 30_000],
  );
  t.end();
});
