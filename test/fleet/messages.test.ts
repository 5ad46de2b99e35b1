import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { test } from 'tap';
import { FATES } from '../../src/contracts/control.js';
import { errorTable, type ErrorCode } from '../../src/errors.js';
import {
  ENDS,
  TECHNICIAN_ACTIONS,
  Ack,
  KioskId,
  parseJson,
  readEvent,
  writeEvent,
  type Draft,
  type EventData,
  type EventType,
  type KioskEvent,
} from '../../src/fleet/messages.js';
import { Answer, ASKS } from '../../src/fleet/answers.js';
import { MONITORS, SEVERITIES } from '../../src/fleet/monitors.js';
import { KioskState } from '../../src/fleet/presence.js';
import { OUTCOMES } from '../../src/transaction/table.js';

const uuid = fc.uuid({ version: 4 });
const word = fc.string({ unit: 'binary', maxLength: 40 });
const account = fc.string({ minLength: 1, maxLength: 64 });
const counted = fc.nat(1_000_000);
const reason = fc.constantFrom(...(Object.keys(errorTable) as ErrorCode[]));
const instant = fc
  .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const iccid = fc.stringMatching(/^\d{19,20}$/);
const cards = fc.record({
  loaded: counted,
  inStack: counted,
  inTransport: counted,
  taken: counted,
  retained: counted,
  uncertain: counted,
});
const holder = fc.string({ maxLength: 8_192 });
const entry = fc.integer({ min: 1, max: 1_000 });
const consent = fc.record({ version: word, sha256: word, noPassingOn: fc.record({ version: word, sha256: word }) });
const measure = fc.double({ min: -1e12, max: 1e12, noNaN: true });
const givenUp = fc.record(
  { transaction: uuid, approval: word, iccid, reason },
  { requiredKeys: ['transaction', 'reason'] },
);

const data: { readonly [T in EventType]: fc.Arbitrary<EventData<T>> } = {
  'visit.started': fc.record({ transaction: uuid, service: word }),
  'consent.given': fc.record({ transaction: uuid, consent }),
  'holder.check': fc.record({ transaction: uuid, service: word, deadline: instant, holder }),
  'numbers.list': fc.record({
    ...{ transaction: uuid, service: word, deadline: instant, holder },
    key: fc.record({ kty: fc.constant('OKP' as const), crv: fc.constant('X25519' as const), x: account }),
  }),
  'number.dispute': fc.record({ transaction: uuid, deadline: instant, entry }),
  'sale.authorise': fc.record(
    { transaction: uuid, service: word, deadline: instant, holder, consent, replaces: entry },
    { requiredKeys: ['transaction', 'service', 'deadline', 'holder', 'consent'] },
  ),
  'sale.bind': fc.record({ transaction: uuid, approval: word, iccid, deadline: instant }),
  'sale.taken': fc.record({ transaction: uuid, approval: word, iccid }),
  'sale.void': givenUp,
  'sale.uncertain': givenUp,
  'card.refused': fc.record(
    { transaction: uuid, reason, read: iccid, luhn: fc.boolean() },
    { requiredKeys: ['transaction', 'reason'] },
  ),
  'visit.ended': fc.record(
    {
      transaction: uuid,
      service: word,
      outcome: fc.constantFrom(...OUTCOMES),
      reason,
      machineMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      cards,
    },
    { requiredKeys: ['transaction', 'service', 'outcome', 'machineMs', 'cards'] },
  ),
  'document.locked': fc.record({ transaction: uuid, lock: account, until: instant }),
  'document.unlocked': fc.record({ lock: account, by: account }),
  'stock.loaded': fc.record({ batch: word, count: counted, cards }),
  'service.changed': fc.record({ sellable: fc.boolean(), reasons: fc.array(reason) }),
  'security.tamper': fc.record({ reason, state: word, transaction: uuid }, { requiredKeys: ['reason', 'state'] }),
  'technician.action': fc.record(
    { action: fc.constantFrom(...TECHNICIAN_ACTIONS), by: account, cards, subject: account, count: counted },
    { requiredKeys: ['action', 'by', 'cards'] },
  ),
  'alarm.raised': fc.record({
    alarm: fc.constantFrom(...MONITORS),
    severity: fc.constantFrom(...SEVERITIES),
    value: measure,
    limit: measure,
  }),
  'alarm.cleared': fc.record({ alarm: fc.constantFrom(...MONITORS), value: measure }),
  'certificate.expiring': fc.record({
    until: fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2999-01-01') })
      .map((at) => at.toISOString()),
    days: fc.nat(30),
  }),
  'command.ended': fc.record(
    { command: uuid, type: fc.string({ maxLength: 64 }), by: account, status: fc.constantFrom(...ENDS), reason },
    { requiredKeys: ['command', 'type', 'by', 'status'] },
  ),
  'config.changed': fc.record({
    version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    hash: fc.stringMatching(/^[0-9a-f]{64}$/),
    status: fc.constantFrom('applied' as const, 'refused' as const, 'rolled-back' as const),
    errors: fc.array(fc.record({ code: reason, detail: word }, { requiredKeys: ['code'] }), { maxLength: 16 }),
  }),
  'card.settled': fc.record(
    { iccid, fate: fc.constantFrom(...FATES), by: account, transaction: uuid, cards },
    { requiredKeys: ['iccid', 'fate', 'by', 'cards'] },
  ),
};
const draft = fc.oneof(
  ...Object.entries(data).map(([type, arbitrary]) =>
    (arbitrary as fc.Arbitrary<Draft['data']>).map((content) => ({ type, data: content }) as Draft),
  ),
);
const head = fc.record({
  id: fc.string({ maxLength: 128 }),
  kiosk: fc.stringMatching(/^[a-z0-9-]{1,64}$/),
  time: instant,
  epoch: uuid,
  seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  head: fc.stringMatching(/^[0-9a-f]{64}$/),
});
const event: fc.Arbitrary<KioskEvent> = fc.tuple(draft, head).map(([drafted, rest]) => ({ ...drafted, ...rest }));

const UUID = '00000000-0000-4000-8000-000000000001';
const HEAD = '0'.repeat(64);
const EXAMPLE: KioskEvent = {
  type: 'sale.taken',
  data: { transaction: UUID, approval: 'a', iccid: '89860000000000000013' },
  id: 'event-1',
  kiosk: 'kiosk-1',
  time: '2026-04-01T12:00:00.000Z',
  epoch: UUID,
  seq: 1,
  head: HEAD,
};

interface Envelope extends Record<string, unknown> {
  readonly data: Readonly<Record<string, unknown>>;
}
const envelope = (): Envelope => JSON.parse(writeEvent(EXAMPLE)) as Envelope;
const readChanged = (changes: Readonly<Record<string, unknown>>): KioskEvent | undefined =>
  readEvent(JSON.stringify({ ...envelope(), ...changes }));

test('every event that is written is read back as it was', (t) => {
  const property = fc.property(event, (written) =>
    isDeepStrictEqual(readEvent(writeEvent(written)), parseJson(JSON.stringify(written))),
  );
  t.doesNotThrow(() => fc.assert(property, { numRuns: 300 }));
  t.end();
});

test('an event on the wire is a CloudEvent 1.0 in JSON', (t) => {
  t.same(envelope(), {
    specversion: '1.0',
    id: 'event-1',
    source: '/kiosks/kiosk-1',
    type: 'simkiosk.sale.taken',
    time: '2026-04-01T12:00:00.000Z',
    datacontenttype: 'application/json',
    epoch: UUID,
    seq: 1,
    journalhead: HEAD,
    data: EXAMPLE.data,
  });
  t.end();
});

test('an unknown type of event is no event', (t) => {
  for (const type of ['simkiosk.sale.stolen', 'sale.taken', 'simkiosk.', 'simkiosk.__proto__', 'simkiosk.toString', 7])
    t.equal(readChanged({ type }), undefined, String(type));
  t.end();
});

test('a field too many, too few or wrong in the data makes it no event', (t) => {
  t.ok(readChanged({}));
  const wrong: Readonly<Record<string, unknown>> = {
    'a name that does not belong here': { ...envelope().data, name: '测试' },
    'a missing approval': { ...envelope().data, approval: undefined },
    'an ICCID that is none': { ...envelope().data, iccid: '123' },
    'a transaction that is no UUID': { ...envelope().data, transaction: 'visit' },
    nothing: null,
    'a list': [],
    'a text': 'data',
  };
  for (const [name, content] of Object.entries(wrong)) t.equal(readChanged({ data: content }), undefined, name);
  const proto = writeEvent(EXAMPLE).replace('"data":{', '"data":{"__proto__":{"approval":"b"},');
  t.equal(readEvent(proto), undefined, 'a prototype');
  t.end();
});

test('an unknown error code as a reason makes it no event', (t) => {
  const void_ = { transaction: UUID, reason: 'visit.cancelled' };
  t.ok(readChanged({ type: 'simkiosk.sale.void', data: void_ }));
  t.equal(readChanged({ type: 'simkiosk.sale.void', data: { ...void_, reason: 'because' } }), undefined);
  t.end();
});

test('a wrong head makes it no event', (t) => {
  const wrong = [
    { specversion: '0.3' },
    { id: 'x'.repeat(129) },
    { seq: 0 },
    { seq: 1.5 },
    { epoch: 'first' },
    { time: 'yesterday' },
    { source: '/kiosks/Kiosk 1' },
    { source: `/kiosks/${'x'.repeat(65)}` },
    { datacontenttype: 'text/plain' },
  ];
  for (const changes of wrong) t.equal(readChanged(changes), undefined, JSON.stringify(changes).slice(0, 60));
  t.end();
});

test('a source that is not /kiosks/ and a name is no kiosk', (t) => {
  for (const source of ['kiosk-1', 'kiosk/kiosks/-1', '/kiosks/', '/kiosks/kiosk-1/', '/carriers/kiosk-1'])
    t.equal(readChanged({ source }), undefined, source);
  t.end();
});

test('garbage is no event and no exception: not JSON, a megabyte of it, and JSON nested without end', (t) => {
  const megabyte = 1_048_576;
  const garbage = {
    nothing: '',
    'broken off': writeEvent(EXAMPLE).slice(0, -1),
    'a megabyte of one character': 'x'.repeat(megabyte),
    'a megabyte of brackets': '['.repeat(megabyte),
    'a megabyte of closed brackets': '['.repeat(megabyte / 2) + ']'.repeat(megabyte / 2),
    'a megabyte of objects': '{"data":'.repeat(megabyte / 8) + '1' + '}'.repeat(megabyte / 8),
    'a megabyte in a field': JSON.stringify({ ...envelope(), id: 'x'.repeat(megabyte) }),
    'a megabyte of fields in the data': JSON.stringify({
      ...envelope(),
      data: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`field-${i}`, i])),
    }),
  };
  for (const [name, payload] of Object.entries(garbage)) t.equal(readEvent(payload), undefined, name);
  t.end();
});

test('no text and no JSON makes the reader throw', (t) => {
  t.doesNotThrow(() =>
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => readEvent(text) === undefined)),
  );
  t.doesNotThrow(() => fc.assert(fc.property(fc.json(), (text) => readEvent(text) === undefined)));
  const inside = fc.property(fc.constantFrom(...Object.keys(envelope())), fc.jsonValue(), (key, value) => {
    const read = readChanged({ [key]: value });
    return read === undefined || read.type === EXAMPLE.type;
  });
  t.doesNotThrow(() => fc.assert(inside, { numRuns: 1_000 }));
  t.end();
});

test('what is no JSON parses to nothing', (t) => {
  t.same(parseJson('{"a":1}'), { a: 1 });
  t.equal(parseJson('{'), undefined);
  t.end();
});

test('a kiosk is named by what a certificate and a topic can carry', (t) => {
  for (const id of ['a', 'kiosk-1', 'x'.repeat(64)]) t.ok(KioskId.safeParse(id).success, id);
  for (const id of ['', 'Kiosk', 'a/b', '+', '#', 'a b', 'x'.repeat(65), 'a\n'])
    t.notOk(KioskId.safeParse(id).success, id);
  t.end();
});

test('an acknowledgement is a number or a range to send again, and never both', (t) => {
  t.ok(Ack.safeParse({ epoch: UUID, upTo: 0 }).success);
  t.ok(Ack.safeParse({ epoch: UUID, replay: [1, 5] }).success);
  const wrong = [
    { epoch: UUID },
    { epoch: UUID, upTo: -1 },
    { epoch: UUID, upTo: 1, replay: [1, 5] },
    { epoch: UUID, replay: [0, 5] },
    { epoch: UUID, replay: [1] },
    { upTo: 1 },
  ];
  for (const ack of wrong) t.notOk(Ack.safeParse(ack).success, JSON.stringify(ack));
  t.end();
});

test('each ask is answered with what it asks for, or refused', (t) => {
  const said = {
    'holder.check': {},
    'numbers.list': { numbers: 'a.b.c.d.e' },
    'number.dispute': { reference: '1234-5678' },
    'sale.authorise': { approval: 'a' },
    'sale.bind': { approval: 'a' },
  } as const;
  for (const ask of ASKS) {
    const fits = (more: object) => Answer.safeParse({ ask, transaction: UUID, decision: 'approved', ...more }).success;
    t.ok(fits(said[ask]), ask);
    for (const other of ASKS)
      if (Object.keys(said[other]).join() !== Object.keys(said[ask]).join())
        t.notOk(fits(said[other]), `${ask}: ${other}`);
    t.ok(Answer.safeParse({ ask, transaction: UUID, decision: 'refused', reason: 'carrier.refused' }).success, ask);
  }
  t.end();
});

test('an answer is approved with an approval or refused with a reason, and nothing in between', (t) => {
  const ask = { ask: 'sale.authorise', transaction: UUID } as const;
  t.ok(Answer.safeParse({ ...ask, decision: 'approved', approval: 'a' }).success);
  t.ok(Answer.safeParse({ ...ask, decision: 'refused', reason: 'carrier.refused' }).success);
  const wrong = [
    { ...ask, decision: 'approved' },
    { ...ask, decision: 'approved', approval: '' },
    { ...ask, decision: 'approved', approval: 'x'.repeat(65) },
    { ...ask, decision: 'approved', approval: 'a', reason: 'carrier.refused' },
    { ...ask, decision: 'refused', reason: 'no' },
    { ...ask, decision: 'maybe' },
    { ...ask, ask: 'sale.taken', decision: 'approved', approval: 'a' },
  ];
  for (const answer of wrong) t.notOk(Answer.safeParse(answer).success, JSON.stringify(answer).slice(-50));
  t.end();
});

test('the last will is the short form of the birth message', (t) => {
  const birth = {
    online: true,
    session: 1,
    revision: 1,
    epoch: UUID,
    lastSeq: 0,
    version: '1',
    at: '2026-01-01T00:00:00.000Z',
    sellable: true,
    reasons: [],
    state: 'idle',
    since: '2026-01-01T00:00:00.000Z',
  };
  t.ok(KioskState.safeParse(birth).success);
  t.ok(KioskState.safeParse({ ...birth, outbox: { depth: 1, oldest: birth.at }, certificateUntil: birth.at }).success);
  t.notOk(KioskState.safeParse({ ...birth, state: 'asleep' }).success);
  t.ok(KioskState.safeParse({ online: false, session: 1, epoch: UUID }).success);
  t.notOk(KioskState.safeParse({ online: true, session: 1 }).success);
  t.end();
});
