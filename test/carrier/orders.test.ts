import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { test, type Test } from 'tap';
import { Dispatch, type Outgoing } from '../../src/carrier/dispatch.js';
import { SqliteCarrierStore } from '../../src/carrier/sqlite-store.js';
import type { Command } from '../../src/fleet/commands.js';

const KIOSK = 'kiosk-1';
const order = (id: string = randomUUID()): Command => ({
  ...{ id, type: 'log-excerpt', by: 'anna', whenIdle: true, args: {} },
  ...{ issuedAt: '2026-04-01T12:00:00.000Z', deadline: '2026-04-01T12:10:00.000Z' },
});

async function open(t: Test) {
  const store = await SqliteCarrierStore.open(t.testdir());
  t.teardown(() => store.close());
  return store;
}

test('a command is sent until its kiosk has said how it ended, with every part of its text', async (t) => {
  const { orders } = await open(t);
  const command = order();
  const { id } = command;
  await orders.give(KIOSK, command);
  t.match(await orders.unanswered(), [{ kiosk: KIOSK, status: 'issued', command }]);
  t.equal(await orders.takeReply('kiosk-2', { command: id, status: 'rejected' }), false, 'of another kiosk');
  t.equal(await orders.takeReply(KIOSK, { command: randomUUID(), status: 'accepted' }), false, 'nobody gave it');
  await orders.takeReply(KIOSK, { command: id, status: 'accepted' });
  t.match(await orders.unanswered(), [{ status: 'accepted' }]);

  const text = gzipSync('first\nsecond\n');
  const part = (index: number) => ({
    index,
    of: 2,
    gzip: text.subarray(index * 20, (index + 1) * 20 || undefined).toString('base64'),
  });
  const ended = { command: id, status: 'succeeded', result: { lines: 2, leftOut: 0 } } as const;
  await orders.takeReply(KIOSK, {
    ...ended,
    part: { ...part(0), index: 1, gzip: text.subarray(20).toString('base64') },
  });
  t.equal(await orders.text(id), undefined);
  t.match(await orders.unanswered(), [{ status: 'succeeded', answered: false }]);
  await orders.takeReply(KIOSK, { ...ended, part: part(0) });
  await orders.takeReply(KIOSK, { ...ended, part: part(0) });
  t.equal(await orders.text(id), 'first\nsecond\n');
  t.same(await orders.unanswered(), []);
  await orders.takeReply(KIOSK, { command: id, status: 'running' });
  t.match(await orders.of(KIOSK), [{ status: 'succeeded', answered: true }], 'an old reply changes nothing');
});

test('the event says how a command ended when the reply got lost; the result is asked for all the same', async (t) => {
  const store = await open(t);
  const { orders } = store;
  const command = order();
  const { id, type, by } = command;
  await orders.give(KIOSK, command);
  const end = { command: id, type, by, status: 'failed' } as const;
  await store.transaction((books) => books.endCommand('kiosk-2', end));
  t.match(await orders.unanswered(), [{ status: 'issued' }], 'another kiosk says nothing about it');
  await store.transaction((books) => books.endCommand(KIOSK, end));
  t.match(await orders.unanswered(), [{ status: 'failed' }]);
  await orders.takeReply(KIOSK, { command: id, status: 'running' });
  t.match(await orders.unanswered(), [{ status: 'failed' }], 'which is older');
  await orders.takeReply(KIOSK, { command: id, status: 'failed', reason: 'dispenser.media-jam' });
  t.match(await orders.of(KIOSK), [{ status: 'failed', reply: { reason: 'dispenser.media-jam' }, answered: true }]);
});

test('the event says what became of settings when the report got lost, and who waits for it hears of it', async (t) => {
  const store = await open(t);
  const { orders } = store;
  const { version, hash } = await orders.desire(KIOSK, { captureMs: 9_000 }, 1_000);
  const heard = new Promise<void>((resolve) => orders.onChange(resolve));
  await store.transaction((books) => books.endConfig(KIOSK, { version, hash, status: 'applied', errors: [] }));
  await heard;
  t.match(await orders.configuration(KIOSK), { status: 'applied', report: undefined });
});

test('what was not answered is sent once on each connection, and again after a while', (t) => {
  const dispatch = new Dispatch();
  const one = (kiosk: string, id = 'a'): Outgoing => ({ kiosk, id, topic: 'topic', payload: '{}' });
  const sent = (outgoing: readonly Outgoing[], now: number) =>
    dispatch.due(outgoing, now).map(({ kiosk, id, nonce }) => [kiosk, id, nonce].join(' '));
  t.same(sent([one('k')], 0), [], 'nobody is there');
  dispatch.meet('k', 'n1');
  t.same(sent([one('k'), one('l')], 0), ['k a n1']);
  t.same(sent([one('k'), one('k', 'b')], 5_000), ['k b n1']);
  t.same(sent([one('k'), one('k', 'b')], 10_000), ['k a n1']);
  dispatch.meet('k', 'n2');
  t.same(sent([one('k'), one('k', 'b')], 10_001), ['k a n2', 'k b n2'], 'a new connection');
  t.same(sent([], 10_002), []);
  t.same(sent([one('k')], 10_003), ['k a n2'], 'what was answered is forgotten');
  dispatch.lose('k');
  t.same(sent([one('k')], 90_000), []);
  t.end();
});
