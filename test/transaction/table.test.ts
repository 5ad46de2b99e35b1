import { test } from 'tap';
import { isErrorCode } from '../../src/errors.js';
import { isStateName, stateNames, states, type StateName } from '../../src/transaction/states.js';
import { step, type Limits } from '../../src/transaction/step.js';
import { transitions, type Outcome, type Row } from '../../src/transaction/table.js';
import { initial, type Step, type Transaction } from '../../src/transaction/transaction.js';
import { eventNames, FOUND, makeEvent } from './walk.js';

const LASTS_FOR_EVER: readonly StateName[] = ['idle', 'out-of-service'];
const LIMITS: Limits = { documentTries: 2, faceTries: 2, deadlinesMs: {} };

const named = ({ from, on, when, to }: Row): string => `${from} on ${on}${when ? ` when ${when}` : ''} to ${to}`;
const rowsFor = (from: StateName, on: Row['on']): readonly Row[] =>
  transitions.filter((row) => row.from === from && row.on === on);

const CIRCUMSTANCES = [
  ['dispenser.media-jam', 'new-sim'],
  ['card.unknown', 'new-sim'],
  ['card.unknown', 'replace-sim'],
  ['card.unknown', 'my-numbers'],
] as const;

interface Edge {
  readonly from: Transaction;
  readonly on: Row['on'];
  readonly taken: Step;
}

/** Every step from everything that can be reached, told apart by all that a guard looks at. */
function explore(): Edge[] {
  const edges: Edge[] = [];
  const seen = new Set<string>();
  const open = [initial(0)];
  for (let from = open.pop(); from; from = open.pop()) {
    const key = [from.state, from.documentTries, from.faceTries, from.outcome, from.id, from.service].join();
    if (seen.has(key)) continue;
    seen.add(key);
    for (const on of eventNames.filter((name) => rowsFor(from.state, name).length > 0)) {
      for (const found of FOUND)
        for (const [reason, service] of CIRCUMSTANCES) {
          const event = makeEvent(on, { transaction: 'visit', reason, found, service });
          const taken = step(from, event, 0, LIMITS);
          edges.push({ from, on, taken });
          open.push(taken.next);
        }
    }
  }
  return edges;
}

/** Whether a step did what a row says. */
function follows(row: Row, { from, on, taken }: Edge): boolean {
  return (
    row.from === from.state &&
    row.on === on &&
    row.to === taken.next.state &&
    row.card === taken.card &&
    (row.outcome === undefined || row.outcome === taken.next.outcome) &&
    (row.reason === undefined || row.reason === taken.next.reason) &&
    (row.emit ?? []).join() === taken.emit.join()
  );
}

test('every row begins and ends in a state, and its reason is an error code', (t) => {
  for (const row of transitions) {
    t.ok(isStateName(row.from) && isStateName(row.to), named(row));
    if (row.reason) t.ok(isErrorCode(row.reason), named(row));
  }
  t.end();
});

test('only idle and out-of-service last for ever; every other state ends by its deadline', (t) => {
  for (const state of stateNames) {
    const { deadlineMs } = states[state];
    const endless = LASTS_FOR_EVER.includes(state);
    t.equal(deadlineMs === undefined, endless, `${state} has a deadline or lasts for ever`);
    t.ok(deadlineMs === undefined || deadlineMs > 0, `the deadline of ${state} is in the future`);
    const rows = rowsFor(state, 'deadline.passed');
    t.equal(rows.length === 0, endless, `${state} has a way out when its deadline has passed`);
    t.ok(
      rows.every(({ to }) => to !== state),
      `the deadline of ${state} leads somewhere else`,
    );
  }
  t.end();
});

test('every state knows what to do after a restart, whatever the sensors see', (t) => {
  for (const state of stateNames) {
    const rows = rowsFor(state, 'media.checked');
    t.ok(
      rows.some(({ when }) => !when),
      `${state}: no card seen`,
    );
    t.ok(
      rows.some(({ when }) => when === 'cardFound'),
      `${state}: a card seen`,
    );
  }
  t.end();
});

test('no row stands behind one that always comes first', (t) => {
  for (const [index, row] of transitions.entries()) {
    const earlier = transitions.slice(0, index).filter(({ from, on }) => from === row.from && on === row.on);
    t.notOk(
      earlier.some(({ when }) => !when || when === row.when),
      named(row),
    );
  }
  t.end();
});

test('when a condition does not hold, another row takes the event: no event is lost half-way', (t) => {
  for (const row of transitions.filter(({ when }) => when)) {
    t.ok(
      rowsFor(row.from, row.on).some(({ when }) => !when),
      named(row),
    );
  }
  t.end();
});

test('every row happens on some way from the first start', (t) => {
  const edges = explore();
  for (const row of transitions)
    t.ok(
      edges.some((edge) => follows(row, edge)),
      named(row),
    );
  t.same(
    stateNames.filter((state) => !edges.some(({ from }) => from.state === state)),
    [],
  );
  t.end();
});

test('from everywhere the kiosk comes back to idle', (t) => {
  const edges = explore();
  const home = new Set<string>(['idle']);
  for (let before = -1; before !== home.size;) {
    before = home.size;
    for (const { from, taken } of edges) if (home.has(taken.next.state)) home.add(from.state);
  }
  t.same(
    stateNames.filter((state) => !home.has(state)),
    [],
  );
  t.end();
});

test('a visit is done only with an outcome, and keeps it', (t) => {
  for (const { from, on, taken } of explore())
    if (taken.next.state === 'done') t.ok(taken.next.outcome, `${from.state} on ${on}`);
  t.end();
});

test('a card is sold only when the customer took it from the exit', (t) => {
  const sold = transitions.filter(({ outcome, card, emit }) => {
    return outcome === 'sold' || outcome === 'replaced' || card === 'taken' || emit?.includes('sale.taken');
  });
  const taken = { from: 'presented', on: 'card.taken', to: 'done', card: 'taken', emit: ['sale.taken'] };
  t.same(sold, [
    { ...taken, when: 'replacesCard', outcome: 'replaced' },
    { ...taken, outcome: 'sold' },
  ]);
  t.end();
});

test('everything that gives up an approval says why', (t) => {
  for (const { from, on, taken } of explore())
    if (taken.emit.includes('sale.void') || taken.emit.includes('sale.uncertain'))
      t.ok(taken.next.reason, `${from.state} on ${on}`);
  t.end();
});

/** How a visit ends by what has happened, whatever state it was in. */
const BY_EVENT: Readonly<Partial<Record<Row['on'], Outcome>>> = {
  'consent.declined': 'declined',
  'document.failed': 'refused-document',
  'document.refused': 'refused-document',
  'face.failed': 'refused-face',
  'customer.absent': 'abandoned',
  'carrier.refused': 'refused-carrier',
  'card.unidentified': 'failed',
  'card.vanished': 'failed',
  'device.failed': 'failed',
  'door.opened': 'failed',
  'media.checked': 'failed',
  'visit.finished': 'informed',
};
/** How it ends by the reason that a row gives. */
const BY_REASON: Readonly<Partial<Record<NonNullable<Row['reason']>, Outcome>>> = {
  'visit.cancelled': 'abandoned',
  'visit.timed-out': 'abandoned',
  'document.none': 'abandoned',
  'carrier.no-answer': 'refused-carrier',
  'card.unreadable': 'failed',
  'visit.stuck': 'failed',
};

test('what a visit ends with decides its outcome', (t) => {
  for (const row of transitions.filter(({ outcome }) => outcome)) {
    const byEvent = BY_EVENT[row.on];
    if (byEvent) t.equal(row.outcome, byEvent, named(row));
    // What lies at the exit is kept, whyever it was not taken.
    else if (row.from === 'presented' && row.to === 'retaining') t.equal(row.outcome, 'retained', named(row));
    else if (row.reason) t.equal(row.outcome, BY_REASON[row.reason], named(row));
  }
  t.end();
});

const statesWith = (on: Row['on']): readonly StateName[] => [
  ...new Set(transitions.filter((row) => row.on === on).map(({ from }) => from)),
];

test('a customer may leave until a card moves, and at the exit; who has not agreed declines, and a dispute is under way', (t) => {
  t.same(statesWith('visit.cancelled'), [
    ...['reading', 'checking', 'prechecking', 'capturing', 'verifying'],
    ...['listing', 'showing', 'case-opened', 'choosing', 'authorising', 'presented'],
  ]);
  t.same(statesWith('consent.declined'), ['consent']);
  t.end();
});

test('the carrier may refuse whatever it is asked', (t) => {
  t.same(statesWith('carrier.refused'), ['prechecking', 'listing', 'disputing', 'authorising', 'binding']);
  t.end();
});

test('wherever the machine moves or looks, it may fail; and of a card that is refused the carrier hears', (t) => {
  t.same(statesWith('device.failed'), [
    ...['reading', 'checking', 'capturing', 'verifying'],
    ...['staging', 'identifying', 'presenting', 'presented', 'retaining'],
  ]);
  for (const row of transitions.filter(({ on }) => on === 'card.unidentified'))
    t.same(row.emit, ['card.refused'], named(row));
  t.end();
});

test('whose document or face fails may try again', (t) => {
  const again = transitions.filter(({ when }) => when === 'documentTriesLeft' || when === 'faceTriesLeft');
  t.same(again, [
    { from: 'reading', on: 'document.failed', when: 'documentTriesLeft', to: 'reading' },
    { from: 'capturing', on: 'face.failed', when: 'faceTriesLeft', to: 'capturing' },
    { from: 'verifying', on: 'face.failed', when: 'faceTriesLeft', to: 'capturing' },
  ]);
  t.end();
});

test('the carrier hears of every kiosk that opens or closes, and why it stays closed', (t) => {
  for (const row of transitions.filter(({ on }) => on === 'health.lost' || on === 'health.restored'))
    t.same(row.emit, ['service.changed'], named(row));
  t.same(statesWith('health.lost'), ['idle', 'out-of-service']);
  t.same(statesWith('health.restored'), ['out-of-service']);
  t.end();
});

test('a card that is seen where staging ends is in the transport, and kept', (t) => {
  for (const on of ['device.failed', 'deadline.passed', 'door.opened'] as const) {
    const [first] = rowsFor('staging', on);
    t.match(first, { when: 'cardFound', to: 'retaining', outcome: 'failed', card: 'transport' }, on);
  }
  t.end();
});
