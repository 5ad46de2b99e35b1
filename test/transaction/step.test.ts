import fc from 'fast-check';
import { test } from 'tap';
import { KioskError } from '../../src/errors.js';
import type { EventName } from '../../src/transaction/events.js';
import type { ServiceName } from '../../src/transaction/services.js';
import { stateNames, states } from '../../src/transaction/states.js';
import { accepts, defaultLimits, step, type Limits } from '../../src/transaction/step.js';
import { initial, type Transaction } from '../../src/transaction/transaction.js';
import { choices, eventNames, limitsArbitrary, makeEvent, visits, walk, type Stride } from './walk.js';

const RUNS = { numRuns: 2_000 };
const SETTLED: ReadonlySet<string> = new Set(['sale.taken', 'sale.void', 'sale.uncertain']);
const details = { transaction: 'visit', reason: 'reader.offline', found: 'none' } as const;
const inState = (state: Transaction['state'], more: Partial<Transaction> = {}): Transaction => ({
  ...initial(0),
  id: 'visit',
  service: 'new-sim',
  ...more,
  state,
});

/** Asserts something of every visit on random walks, crashes included. */
function always(check: (visit: readonly Stride[], limits: Limits) => boolean): () => void {
  const property = fc.property(choices, limitsArbitrary, (path, limits) =>
    visits(walk(path, limits)).every((visit) => check(visit, limits)),
  );
  return () => fc.assert(property, RUNS);
}

const happened = (visit: readonly Stride[], name: string): boolean => visit.some(({ event }) => event.type === name);
/** A visit up to and with the step that ended it. */
const untilEnded = (visit: readonly Stride[]): readonly Stride[] | undefined => {
  const end = visit.findIndex(({ taken }) => taken.ended);
  return end < 0 ? undefined : visit.slice(0, end + 1);
};
const settlements = (visit: readonly Stride[]): number =>
  visit.flatMap(({ taken }) => taken.emit).filter((emission) => SETTLED.has(emission)).length;

test('an event that a state does not list is an error that names both', (t) => {
  for (const state of stateNames) {
    for (const name of eventNames.filter((event) => !accepts(state, event))) {
      let thrown: unknown;
      try {
        step(inState(state), makeEvent(name, details), 0);
      } catch (error) {
        thrown = error;
      }
      const at = `${name} in ${state}`;
      if (!(thrown instanceof KioskError)) {
        t.fail(at);
        continue;
      }
      t.equal(thrown.code, 'internal.impossible', at);
      t.equal(thrown.detail, `event ${name} in state ${state}`);
    }
  }
  t.end();
});

test('a sale, step by step', (t) => {
  const names = [
    'health.restored',
    'visit.started',
    'consent.given',
    'document.read',
    'document.accepted',
    'carrier.cleared',
    'face.captured',
    'face.matched',
    'carrier.approved',
    'card.staged',
    'card.identified',
    'carrier.bound',
    'card.presented',
    'card.taken',
    'visit.closed',
  ] as const;
  let at = initial(0);
  const emitted: string[] = [];
  const moves: string[] = [];
  for (const name of names) {
    const taken = step(at, makeEvent(name, details), 0);
    emitted.push(...taken.emit);
    if (taken.card) moves.push(taken.card);
    if (name === 'card.taken')
      t.match(taken, { ended: true, next: { outcome: 'sold', approval: 'approval of visit', id: 'visit' } });
    else t.equal(taken.ended, false, name);
    at = taken.next;
  }
  t.same(emitted, [
    ...['service.changed', 'visit.started', 'consent.given', 'holder.check'],
    ...['sale.authorise', 'sale.bind', 'sale.taken'],
  ]);
  t.same(moves, ['transport', 'transport', 'taken']);
  t.same(at, { state: 'idle', since: 0, deadline: null, documentTries: 0, faceTries: 0 }, 'nothing of it is left');
  t.end();
});

/** What is emitted on the way through these events, and the transaction at its end. */
function through(service: ServiceName, names: readonly EventName[]): { emitted: string[]; at: Transaction } {
  const emitted: string[] = [];
  let at = initial(0);
  for (const name of names) {
    const taken = step(at, makeEvent(name, { ...details, service }), 0);
    emitted.push(...taken.emit);
    at = taken.next;
  }
  return { emitted, at };
}

const TO_THE_LIST = [
  ...(['health.restored', 'visit.started', 'consent.given', 'document.read', 'document.accepted'] as const),
  ...(['carrier.cleared', 'face.captured', 'face.matched', 'carrier.listed'] as const),
];

test('my numbers: shown after the face has matched; one that is not mine opens a case, and no card moves', (t) => {
  const shown = through('my-numbers', TO_THE_LIST);
  t.equal(shown.at.state, 'showing');
  t.same(shown.emitted.slice(-2), ['holder.check', 'numbers.list']);
  for (const end of ['visit.finished', 'visit.cancelled', 'deadline.passed'] as const)
    t.match(
      step(shown.at, makeEvent(end, details), 0),
      { ended: true, next: { outcome: 'informed', state: 'done' } },
      end,
    );
  t.notOk(accepts('showing', 'number.chosen'), 'nothing is replaced in this service');
  const disputed = through('my-numbers', [...TO_THE_LIST, 'number.disputed', 'carrier.case-opened']);
  t.match(disputed.at, { state: 'case-opened', entry: 1, reference: '1234-5678' });
  t.equal(disputed.emitted.at(-1), 'number.dispute');
  t.notOk(accepts('case-opened', 'number.disputed'));
  t.end();
});

test('a card is replaced: the number is chosen before the approval, and the old card is dead once the new one is taken', (t) => {
  const chosen = through('replace-sim', [...TO_THE_LIST, 'number.chosen']);
  t.match(chosen.at, { state: 'authorising', entry: 1 });
  t.equal(chosen.emitted.at(-1), 'sale.authorise');
  t.notOk(accepts('choosing', 'number.disputed'));
  const rest = ['carrier.approved', 'card.staged', 'card.identified', 'carrier.bound', 'card.presented'] as const;
  const presented = through('replace-sim', [...TO_THE_LIST, 'number.chosen', ...rest]);
  t.match(step(presented.at, { type: 'card.taken' }, 0), {
    ...{ card: 'taken', emit: ['sale.taken'], ended: true },
    next: { outcome: 'replaced' },
  });
  t.match(step(presented.at, { type: 'deadline.passed' }, 0).next, { state: 'retaining', outcome: 'retained' });
  t.end();
});

test('whoever the carrier would not serve is refused before a face is captured', (t) => {
  const asked = through('new-sim', TO_THE_LIST.slice(0, 5));
  t.equal(asked.at.state, 'prechecking');
  const refused = step(asked.at, { type: 'carrier.refused', reason: 'carrier.holder-limit' }, 0);
  t.match(refused, { emit: [], ended: true, next: { outcome: 'refused-carrier', reason: 'carrier.holder-limit' } });
  const unanswered = step(asked.at, { type: 'deadline.passed' }, 0);
  t.match(unanswered, { emit: [], ended: true, next: { outcome: 'refused-carrier', reason: 'carrier.no-answer' } });
  t.end();
});

test('the last document and the last face are counted as tries too', (t) => {
  const limits = { ...defaultLimits, documentTries: 2, faceTries: 2 };
  const failed = (at: Transaction, name: 'document.failed' | 'face.failed'): Transaction =>
    step(at, makeEvent(name, details), 0, limits).next;
  const again = failed(inState('reading'), 'document.failed');
  t.match(again, { state: 'reading', documentTries: 1 });
  t.match(failed(again, 'document.failed'), { state: 'done', outcome: 'refused-document', reason: 'reader.offline' });
  const blurred = failed(inState('capturing'), 'face.failed');
  t.match(blurred, { state: 'capturing', faceTries: 1 });
  t.match(failed({ ...blurred, state: 'verifying' }, 'face.failed'), { state: 'done', outcome: 'refused-face' });
  t.end();
});

test('somebody who never laid down a document left; somebody whose document failed was refused', (t) => {
  const late = (documentTries: number): Transaction =>
    step(inState('reading', { documentTries }), { type: 'deadline.passed' }, 0).next;
  t.match(late(0), { outcome: 'abandoned', reason: 'document.none' });
  t.match(late(1), { outcome: 'refused-document' });
  t.end();
});

test('a failed visit says what failed, and a sale has no reason left over from an earlier try', (t) => {
  const lost = step(inState('checking'), makeEvent('device.failed', details), 0).next;
  t.match(lost, { outcome: 'failed', reason: 'reader.offline' });
  const sold = step(inState('presented', { reason: 'face.blurred' }), { type: 'card.taken' }, 0).next;
  t.equal(sold.outcome, 'sold');
  t.equal(sold.reason, undefined);
  t.end();
});

test('a card that is none of the stack leaves the one that stood for it where it was', (t) => {
  for (const [reason, move] of [
    ['card.unknown', 'stack'],
    ['card.uncertain', 'stack'],
    ['card.misplaced', 'stack'],
    ['card.unreadable', undefined],
    ['card.repeated', undefined],
  ] as const) {
    const { next, card } = step(inState('identifying'), { type: 'card.unidentified', reason }, 0);
    t.match(next, { state: 'retaining', outcome: 'failed', reason });
    t.equal(card, move, reason);
  }
  t.end();
});

test('out of service says why, until it is in service again', (t) => {
  const out = step(initial(0), { type: 'health.lost', reasons: ['camera.offline'] }, 0).next;
  t.same(out.faults, ['camera.offline']);
  t.equal(step(out, { type: 'health.restored' }, 0).next.faults, undefined);
  t.end();
});

test('a configured deadline counts instead of the usual one', (t) => {
  const limits: Limits = { ...defaultLimits, deadlinesMs: { reading: 1 } };
  t.equal(step(inState('consent'), { type: 'consent.given' }, 100, limits).next.deadline, 101);
  t.equal(step(inState('consent'), { type: 'consent.given' }, 100).next.deadline, 45_100);
  t.end();
});

test('whatever happens: the deadline is the entry into the state and its time', (t) => {
  const property = fc.property(choices, limitsArbitrary, (path, limits) =>
    walk(path, limits).every(({ now, taken: { next } }) => {
      const wait = limits.deadlinesMs[next.state] ?? states[next.state].deadlineMs;
      return next.since === now && next.deadline === (wait === undefined ? null : now + wait);
    }),
  );
  t.doesNotThrow(() => fc.assert(property, RUNS));
  t.end();
});

test('whatever happens: nobody tries more often than is allowed', (t) => {
  t.doesNotThrow(
    always((visit, { documentTries, faceTries }) =>
      visit.every(({ taken: { next } }) => next.documentTries <= documentTries && next.faceTries <= faceTries),
    ),
  );
  t.end();
});

test('whatever happens: a card leaves only after face, approval and binding, in this visit and in this order', (t) => {
  const needed = ['carrier.cleared', 'face.matched', 'carrier.approved', 'carrier.bound'];
  let sales = 0;
  t.doesNotThrow(
    always((visit) => {
      const at = visit.findIndex(({ taken }) => taken.card === 'taken');
      if (at < 0) return true;
      sales += 1;
      const before = visit.slice(0, at).map(({ event }) => event.type);
      return needed.join() === before.filter((name) => needed.includes(name)).join();
    }),
  );
  t.ok(sales > 100, `${sales} walks came to a sale`);
  t.end();
});

test('whatever happens: at most one card leaves in a visit', (t) => {
  t.doesNotThrow(always((visit) => visit.filter(({ taken }) => taken.card === 'taken').length <= 1));
  t.end();
});

test('whatever happens: a visit that is over has an outcome, and it is sold only when a card was taken', (t) => {
  t.doesNotThrow(
    always((visit) => {
      const over = untilEnded(visit);
      const last = over?.at(-1);
      if (!over || !last) return true;
      const { outcome } = last.taken.next;
      const isTaken = outcome === 'sold' || outcome === 'replaced';
      return outcome !== undefined && isTaken === happened(over, 'card.taken');
    }),
  );
  t.end();
});

test('whatever happens: when a visit is over, its approval was used, given back or called uncertain, once', (t) => {
  let approvals = 0;
  t.doesNotThrow(
    always((visit) => {
      const over = untilEnded(visit);
      if (!over) return true;
      if (!happened(over, 'carrier.approved')) return settlements(over) <= 1 && !happened(over, 'card.taken');
      approvals += 1;
      return settlements(over) === 1;
    }),
  );
  t.ok(approvals > 500, `${approvals} approvals were settled`);
  t.end();
});

test('whatever happens: nothing is said about an approval twice, also after the visit and after a crash', (t) => {
  t.doesNotThrow(
    always((visit) => {
      const ofThisVisit = visit.filter(({ taken }) => taken.next.id !== undefined);
      return settlements(ofThisVisit) <= 1 && ofThisVisit.filter(({ taken }) => taken.ended).length <= 1;
    }),
  );
  t.end();
});

test('an opened door ends the visit: before a card moved it is over, afterwards the card is kept inside', (t) => {
  const open = (state: Transaction['state'], found: 'none' | 'transport' | 'exit') =>
    step(inState(state), { type: 'door.opened', reason: 'cabinet.door-open', found }, 0);
  const ended = { outcome: 'failed', reason: 'cabinet.door-open' };
  const harmless = ['prechecking', 'listing', 'showing', 'disputing', 'case-opened', 'choosing'] as const;
  for (const state of ['consent', 'reading', 'checking', 'capturing', 'verifying', ...harmless] as const)
    t.match(open(state, 'none'), { next: { ...ended, state: 'done' }, emit: [] }, state);
  t.match(open('authorising', 'none'), { next: { ...ended, state: 'done' }, emit: ['sale.void'] });
  t.match(open('staging', 'none'), { next: { ...ended, state: 'done' }, emit: ['sale.void'] });
  t.match(open('staging', 'transport'), { next: { ...ended, state: 'retaining' }, card: 'transport' });
  for (const state of ['identifying', 'binding', 'presenting', 'presented'] as const)
    t.match(open(state, 'exit'), { next: { ...ended, state: 'retaining' } }, state);
  for (const state of ['idle', 'out-of-service', 'retaining', 'done'] as const) t.notOk(accepts(state, 'door.opened'));
  t.end();
});
