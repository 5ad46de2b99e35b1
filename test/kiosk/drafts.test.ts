import fc from 'fast-check';
import { test } from 'tap';
import { readEvent, writeEvent, type Draft } from '../../src/fleet/messages.js';
import { drafts } from '../../src/kiosk/drafts.js';
import { initial, type Step, type Transaction } from '../../src/transaction/transaction.js';
import { choices, limitsArbitrary, walk } from '../transaction/walk.js';

const ID = '00000000-0000-4000-8000-000000000001';
const ICCID = '89860000000000000013';
const CARDS = { loaded: 3, inStack: 2, inTransport: 0, taken: 1, retained: 0, uncertain: 0 };
const CONSENT = { version: '1', sha256: 'ab', noPassingOn: { version: '2', sha256: 'cd' } };
const KEY = { kty: 'OKP', crv: 'X25519', x: 'public' } as const;
const CONTEXT = { sealedHolder: 'jwe', consent: CONSENT, mailbox: KEY, machineMs: 1_234.5 };
const SINCE = Date.UTC(2026, 3, 1, 12);

const next = (changes: Partial<Transaction> = {}): Transaction => ({
  state: 'done',
  since: SINCE,
  deadline: SINCE + 20_000,
  documentTries: 0,
  faceTries: 0,
  id: ID,
  service: 'new-sim',
  ...changes,
});
const said = (step: Partial<Step> & Pick<Step, 'next'>): Draft[] =>
  drafts({ emit: [], ended: false, ...step }, CONTEXT, CARDS);

test('a step that says nothing sends nothing', (t) => {
  t.same(said({ next: next() }), []);
  t.end();
});

test('the carrier is asked for approval with the sealed holder, the consent and until when', (t) => {
  t.same(said({ next: next({ state: 'authorising' }), emit: ['sale.authorise'] }), [
    {
      type: 'sale.authorise',
      data: {
        transaction: ID,
        service: 'new-sim',
        deadline: '2026-04-01T12:00:20.000Z',
        holder: 'jwe',
        consent: CONSENT,
      },
    },
  ]);
  t.end();
});

test('the card is bound to its approval', (t) => {
  const [ask] = said({ next: next({ approval: 'a', iccid: ICCID }), emit: ['sale.bind'] });
  t.same(ask, {
    type: 'sale.bind',
    data: { transaction: ID, approval: 'a', iccid: ICCID, deadline: '2026-04-01T12:00:20.000Z' },
  });
  t.end();
});

test('a sale is reported before the end of its visit, and both in one commit', (t) => {
  const sold = next({ outcome: 'sold', approval: 'a', iccid: ICCID });
  t.same(said({ next: sold, emit: ['sale.taken'], ended: true }), [
    { type: 'sale.taken', data: { transaction: ID, approval: 'a', iccid: ICCID } },
    {
      type: 'visit.ended',
      data: { transaction: ID, service: 'new-sim', outcome: 'sold', machineMs: 1_234.5, cards: CARDS },
    },
  ]);
  t.end();
});

test('a sale given up names the reason, and approval and card as far as there were any', (t) => {
  for (const type of ['sale.void', 'sale.uncertain'] as const) {
    const early = said({ next: next({ reason: 'visit.cancelled' }), emit: [type] });
    t.same(early, [{ type, data: { transaction: ID, reason: 'visit.cancelled' } }]);
    const late = said({ next: next({ reason: 'visit.stuck', approval: 'a', iccid: ICCID }), emit: [type] });
    t.same(late, [{ type, data: { transaction: ID, approval: 'a', iccid: ICCID, reason: 'visit.stuck' } }]);
  }
  t.end();
});

test('the card of a sale that ended as uncertain is kept inside after all: the sale is void', (t) => {
  const nobody: Transaction = { ...initial(SINCE), state: 'done', outcome: 'failed', reason: 'visit.interrupted' };
  const step = { next: nobody, emit: ['sale.void'], ended: false } as const;
  const card = { iccid: ICCID, position: 1, batch: '1', location: 'transport', at: SINCE, luhn: null } as const;
  const voided = (transaction: string | null, read: string | null): Draft[] =>
    drafts(step, { ...CONTEXT, held: { ...card, transaction, read } }, CARDS);
  const reason = 'visit.interrupted';
  t.same(voided(ID, ICCID), [{ type: 'sale.void', data: { transaction: ID, iccid: ICCID, reason } }]);
  t.match(voided(ID, null), [{ data: { transaction: ID, iccid: undefined } }], 'another one may stand for it');
  t.same(voided(null, null), [], 'a card that lay about is of no sale');
  t.end();
});

test('a card found without a visit concerns no sale', (t) => {
  const nobody: Transaction = { ...initial(SINCE), state: 'done', outcome: 'failed', reason: 'visit.interrupted' };
  t.same(said({ next: nobody, emit: ['sale.void'] }), []);
  t.same(said({ next: nobody, emit: ['sale.uncertain'] }), []);
  t.end();
});

test('a kiosk that opens or closes says so, with the reasons', (t) => {
  const out = next({ state: 'out-of-service', faults: ['camera.offline', 'link.down'] });
  t.same(said({ next: out, emit: ['service.changed'] }), [
    { type: 'service.changed', data: { sellable: false, reasons: ['camera.offline', 'link.down'] } },
  ]);
  t.same(said({ next: next({ state: 'idle' }), emit: ['service.changed'] }), [
    { type: 'service.changed', data: { sellable: true, reasons: [] } },
  ]);
  t.end();
});

test('what must be said and is not known is an error, not a message with a hole', (t) => {
  const impossible = { code: 'internal.impossible' };
  t.throws(() => said({ next: next(), emit: ['sale.bind'] }), impossible);
  t.throws(() => said({ next: next({ approval: 'a' }), emit: ['sale.taken'] }), impossible);
  t.throws(() => said({ next: next(), ended: true }), impossible, 'a visit without an outcome');
  const step: Step = { next: next(), emit: ['sale.authorise'], ended: false };
  t.throws(() => drafts(step, { ...CONTEXT, sealedHolder: undefined }, CARDS), impossible, 'nobody sealed the holder');
  t.end();
});

test('whatever happens in a visit, every message about it is one that the carrier can read', (t) => {
  let messages = 0;
  const property = fc.property(choices, limitsArbitrary, (path, limits) =>
    walk(path, limits).every(({ taken, now }) =>
      drafts(taken, CONTEXT, CARDS).every((draft) => {
        messages += 1;
        const time = new Date(now).toISOString();
        const sent = { ...draft, id: 'x', kiosk: 'kiosk-1', time, epoch: ID, seq: 1, head: '0'.repeat(64) };
        return JSON.stringify(readEvent(writeEvent(sent))?.data) === JSON.stringify(draft.data);
      }),
    ),
  );
  t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }));
  t.ok(messages > 1_000, `${messages} messages were read`);
  t.end();
});
