import fc from 'fast-check';
import { test } from 'tap';
import type { Found } from '../../src/transaction/events.js';
import { stateNames, type StateName } from '../../src/transaction/states.js';
import { recover, step } from '../../src/transaction/step.js';
import { initial, type Step, type Transaction } from '../../src/transaction/transaction.js';
import { choices, FOUND, limitsArbitrary, walk } from './walk.js';

const GIVES_CARDS: readonly StateName[] = ['staging', 'identifying', 'binding', 'presenting', 'presented'];
const BETWEEN: readonly StateName[] = ['idle', 'out-of-service'];
const visit = { id: 'visit', service: 'new-sim', approval: 'a', iccid: '89860000000000000013' } as const;

function crashed(state: StateName, found: Found, changes: Partial<Transaction> = {}): Step {
  const stored: Transaction = {
    ...initial(0),
    ...(!BETWEEN.includes(state) && visit),
    ...changes,
    ...((state === 'done' || state === 'retaining') && { outcome: 'failed' as const }),
    state,
  };
  return recover(stored, found, 1_000);
}

test('after a crash nothing is dispensed, whatever the state was and whatever the sensors see', (t) => {
  for (const state of stateNames) {
    for (const found of FOUND) {
      const { next, card } = crashed(state, found);
      t.notOk(GIVES_CARDS.includes(next.state), `${state} with card at ${found} leads to ${next.state}`);
      t.not(card, 'taken', 'and no card counts as taken');
      t.not(next.outcome, 'sold', 'and nothing counts as sold');
    }
  }
  t.end();
});

test('a card that is seen after a crash goes to the retain bin', (t) => {
  for (const state of stateNames)
    for (const found of ['transport', 'exit'] as const) t.equal(crashed(state, found).next.state, 'retaining', state);
  t.end();
});

test('a visit that a crash cut off ends as failed, with the restart as its reason', (t) => {
  for (const state of stateNames.filter((name) => ![...BETWEEN, 'done', 'retaining'].includes(name))) {
    const { next, ended } = crashed(state, 'none');
    t.match({ ...next, ended }, { state: 'done', outcome: 'failed', reason: 'visit.interrupted', ended: true }, state);
  }
  t.end();
});

test('before a card was staged a crash gives the approval back; behind it the card is uncertain', (t) => {
  const asking = ['prechecking', 'listing', 'showing', 'disputing', 'case-opened', 'choosing'] as const;
  for (const state of ['consent', 'reading', 'checking', 'capturing', 'verifying', ...asking] as const)
    t.same(crashed(state, 'none').emit, [], `${state}: nothing was asked for yet`);
  for (const state of ['authorising', 'staging'] as const)
    t.same(crashed(state, 'none').emit, ['sale.void'], `${state}: no card was moved`);
  for (const state of ['binding', 'presenting', 'presented', 'retaining'] as const)
    t.match(crashed(state, 'none'), { emit: ['sale.uncertain'], card: 'uncertain' }, `${state}: the card is gone`);
  t.end();
});

test('to a card that was not identified no number was bound: its sale is over wherever it is', (t) => {
  const unknown = { iccid: undefined };
  for (const state of ['identifying', 'retaining'] as const)
    t.match(crashed(state, 'none', unknown), { emit: ['sale.void'], card: 'uncertain' }, `${state}: the card is gone`);
  const retaining = crashed('identifying', 'transport', unknown).next;
  const failures = [
    { type: 'card.vanished', reason: 'card.uncertain' },
    { type: 'device.failed', reason: 'dispenser.media-jam', found: 'transport' },
    { type: 'deadline.passed', found: 'transport' },
  ] as const;
  for (const event of failures) {
    t.match(step(retaining, event, 2_000), { emit: ['sale.void'], ended: true }, event.type);
    const identified = { ...retaining, iccid: visit.iccid };
    t.match(step(identified, event, 2_000), { emit: ['sale.uncertain'], ended: true }, event.type);
    const nobodys = { ...retaining, id: undefined };
    t.same(
      step(nobodys, event, 2_000).emit,
      ['sale.uncertain'],
      `${event.type}: of a sale that ended before nothing is said`,
    );
  }
  t.end();
});

test('a card that a crash left behind is in the transport in the ledger before it is retained', (t) => {
  for (const state of ['idle', 'out-of-service', 'consent', 'authorising', 'staging'] as const)
    t.equal(crashed(state, 'exit').card, 'transport', state);
  for (const state of ['identifying', 'binding', 'presenting', 'presented', 'retaining'] as const)
    t.equal(crashed(state, 'exit').card, undefined, `${state}: it is there already`);
  t.end();
});

test('a crash while a card is retained retains it again, as often as it happens', (t) => {
  const first = crashed('presented', 'exit').next;
  const second = recover(first, 'transport', 2_000);
  t.match(second, { next: { state: 'retaining', deadline: 47_000 }, emit: [], ended: false });
  t.match(step(second.next, { type: 'card.retained' }, 3_000), { emit: ['sale.void'], card: 'retained', ended: true });
  t.end();
});

test('a card found between two visits is retained without a word about any sale', (t) => {
  for (const state of BETWEEN) {
    const found = crashed(state, 'transport').next;
    t.equal(found.id, undefined);
    const retained = step(found, { type: 'card.retained' }, 2_000);
    t.match(retained, { next: { state: 'done' }, card: 'retained', ended: false }, 'no visit ends by it');
  }
  t.end();
});

test('a card found by a restart after the farewell of a sale is retained, and the sale stays sold', (t) => {
  const sold = step({ ...initial(0), ...visit, state: 'presented' }, { type: 'card.taken' }, 0);
  t.match(sold, { next: { outcome: 'sold' }, emit: ['sale.taken'], ended: true });
  const found = recover(sold.next, 'transport', 1_000).next;
  const retained = step(found, { type: 'card.retained' }, 2_000);
  const said = retained.next.id === undefined ? [] : retained.emit;
  t.same(said, [], 'the sale that was reported as taken is not given back');
  t.equal(retained.ended, false, 'the visit does not end a second time');
  t.end();
});

test('wherever a walk is cut off, two restarts in a row lead to the same place as one', (t) => {
  const property = fc.property(
    choices,
    limitsArbitrary,
    fc.constantFrom<Found>('transport', 'exit'),
    (path, limits, found) => {
      const at = walk(path, limits).at(-1);
      if (!at) return true;
      const once = recover(at.taken.next, found, at.now, limits).next;
      const twice = recover(once, found, at.now, limits);
      return twice.emit.length === 0 && JSON.stringify(twice.next) === JSON.stringify(once);
    },
  );
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});
