import fc from 'fast-check';
import { test } from 'tap';
import {
  certificateDays,
  clockOffsetMs,
  conditionOf,
  CONDITIONS,
  DOWN_MS,
  outboxAgeMs,
  STUCK_MS,
  type Heard,
} from '../../src/fleet/condition.js';
import type { KioskBirth } from '../../src/fleet/presence.js';
import { stateNames } from '../../src/transaction/states.js';

const NOW = Date.parse('2026-06-01T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();

function birth(changes: Partial<KioskBirth> = {}): KioskBirth {
  return {
    ...{ online: true, session: 1, revision: 1, epoch: '', lastSeq: 0, version: '1' },
    ...{ at: iso(NOW), sellable: true, reasons: [], state: 'idle', since: iso(NOW) },
    ...changes,
  };
}
const heard = (changes: Partial<KioskBirth> = {}, at = NOW): Heard => ({ at, online: true, said: birth(changes) });

test('a kiosk is down after three minutes without a word, whatever it said last', (t) => {
  for (const changes of [{}, { sellable: false }, { state: 'presented' }] as const) {
    t.not(conditionOf(heard(changes), NOW + DOWN_MS - 1), 'down');
    t.equal(conditionOf(heard(changes), NOW + DOWN_MS), 'down');
  }
  t.equal(conditionOf({ ...heard(), online: false }, NOW + 1), 'disconnected');
  t.equal(conditionOf({ at: NOW, online: false }, NOW + DOWN_MS), 'down', 'only its last will was ever heard');
  t.equal(conditionOf(undefined, NOW), 'never-heard');
  t.end();
});

test('a kiosk that speaks and is in one state of a visit for seven minutes is stuck; free or out of service is not', (t) => {
  for (const state of stateNames) {
    const resting = state === 'idle' || state === 'out-of-service';
    const at = (ms: number) => conditionOf(heard({ state, since: iso(NOW - ms) }), NOW);
    t.equal(at(STUCK_MS - 1), 'sellable', state);
    t.equal(at(STUCK_MS), resting ? 'sellable' : 'stuck', state);
  }
  const state = { state: 'staging', since: iso(NOW - STUCK_MS + 60_000) } as const;
  t.equal(conditionOf(heard(state), NOW + 60_000), 'stuck', 'time goes on between its words');
  t.equal(conditionOf(heard({ sellable: false, reasons: ['carrier.offline'] }), NOW), 'out-of-service');
  t.end();
});

test('how long a kiosk is in a state does not depend on how far its clock is off', (t) => {
  const property = fc.property(
    fc.integer({ min: -1e10, max: 1e10 }),
    fc.nat(2 * STUCK_MS),
    fc.nat(DOWN_MS - 1),
    (offset, inState, silent) => {
      const said = { state: 'binding', at: iso(NOW + offset), since: iso(NOW + offset - inState) } as const;
      const condition = conditionOf(heard(said), NOW + silent);
      return condition === (inState + silent >= STUCK_MS ? 'stuck' : 'sellable');
    },
  );
  t.doesNotThrow(() => fc.assert(property));
  t.same(new Set(CONDITIONS).size, CONDITIONS.length);
  t.end();
});

test('offset of the clock, days of the certificate and age of the outbox are what the kiosk’s own times say', (t) => {
  const said = birth({
    at: iso(NOW - 90_000),
    outbox: { depth: 2, oldest: iso(NOW - 150_000) },
    certificateUntil: iso(NOW + 2.5 * 86_400_000),
  });
  t.equal(clockOffsetMs(said, NOW), -90_000);
  t.equal(outboxAgeMs(said), 60_000);
  t.equal(certificateDays(said, NOW), 2);
  t.equal(certificateDays(said, NOW + 3 * 86_400_000), -1);
  t.equal(certificateDays(birth(), NOW), undefined);
  t.equal(outboxAgeMs(birth()), 0);
  t.end();
});
