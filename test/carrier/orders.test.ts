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
  t.match(await orders.unanswered(KIOSK), [{ kiosk: KIOSK, status: 'issued', command }]);
  t.equal(await orders.takeReply('kiosk-2', { command: id, status: 'rejected' }), false, 'of another kiosk');
  t.equal(await orders.takeReply(KIOSK, { command: randomUUID(), status: 'accepted' }), false, 'nobody gave it');
  await orders.takeReply(KIOSK, { command: id, status: 'accepted' });
  t.match(await orders.unanswered(KIOSK), [{ status: 'accepted' }]);

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
  t.match(await orders.unanswered(KIOSK), [{ status: 'succeeded', answered: false }]);
  await orders.takeReply(KIOSK, { ...ended, part: part(0) });
  await orders.takeReply(KIOSK, { ...ended, part: part(0) });
  t.equal(await orders.text(id), 'first\nsecond\n');
  t.same(await orders.unanswered(KIOSK), []);
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
  t.match(await orders.unanswered(KIOSK), [{ status: 'issued' }], 'another kiosk says nothing about it');
  await store.transaction((books) => books.endCommand(KIOSK, end));
  t.match(await orders.unanswered(KIOSK), [{ status: 'failed' }]);
  await orders.takeReply(KIOSK, { command: id, status: 'running' });
  t.match(await orders.unanswered(KIOSK), [{ status: 'failed' }], 'which is older');
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

test('a kiosk is woken by what operators give, here and elsewhere, and by nothing else', async (t) => {
  const dir = t.testdir();
  const [store, elsewhere] = [await SqliteCarrierStore.open(dir), await SqliteCarrierStore.open(dir)];
  t.teardown(async () => {
    await elsewhere.close();
    await store.close();
  });
  const { orders } = store;
  const versions = [await orders.version()];
  const isNew = async (): Promise<boolean> => {
    versions.push(await orders.version());
    return versions.at(-1) !== versions.at(-2);
  };
  t.same(await orders.awaited(), []);
  const command = order();
  await orders.give('kiosk-1', command);
  t.ok(await isNew());
  await elsewhere.orders.desire('kiosk-2', {}, 1_000);
  t.ok(await isNew());
  t.same(await orders.awaited(), ['kiosk-1', 'kiosk-2']);
  const { version, hash } = (await orders.unsettled('kiosk-2'))?.desired ?? { version: 0, hash: '' };
  await orders.takeReport('kiosk-2', { version, hash, status: 'refused', errors: [], inForce: { version: 0, hash } });
  await orders.takeReply('kiosk-1', { command: command.id, status: 'failed' });
  t.notOk(await isNew(), 'what kiosks say is none of it');
  t.same(await orders.awaited(), []);
  t.equal(await orders.unsettled('kiosk-2'), undefined);
});

test('what was not answered is sent once on each connection, and again after a while', (t) => {
  const dispatch = new Dispatch();
  const all = (...ids: readonly string[]): Outgoing[] => ids.map((id) => ({ id, topic: 'topic', payload: '{}' }));
  const sent = (outgoing: readonly Outgoing[], now: number) => {
    t.same(dispatch.due(now), ['k'], `looked at ${now}`);
    return dispatch.take('k', outgoing, now).map(({ id, nonce }) => `${id} ${nonce}`);
  };
  dispatch.wake('k', 0);
  t.same(dispatch.due(0), [], 'nobody is there');
  dispatch.meet('k', 'n1', 0);
  t.same(sent(all('a'), 0), ['a n1']);
  t.same(dispatch.due(5_000), []);
  dispatch.wake('k', 5_000);
  t.same(sent(all('a', 'b'), 5_000), ['b n1']);
  t.same(dispatch.due(9_999), []);
  t.same(sent(all('a', 'b'), 10_000), ['a n1']);
  dispatch.meet('k', 'n1', 10_000);
  t.same(dispatch.due(10_000), [], 'the same connection');
  dispatch.meet('k', 'n2', 10_001);
  t.same(sent(all('a', 'b'), 10_001), ['a n2', 'b n2'], 'a new connection');
  dispatch.wake('k', 10_002);
  t.same(sent([], 10_002), []);
  t.same(dispatch.due(90_000), [], 'everything is answered');
  dispatch.wake('k', 90_000);
  t.same(sent(all('a'), 90_000), ['a n2'], 'what was answered is forgotten');
  t.same(sent(all('a'), 0), ['a n2'], 'somebody sets the clock back');
  t.same(dispatch.due(200_000), ['k']);
  dispatch.wake('k', 200_000);
  t.same(dispatch.take('k', [], 200_000), []);
  t.same(sent(all('b'), 200_000), ['b n2'], 'given while it was being looked at');
  dispatch.lose('k');
  t.same(dispatch.due(300_000), []);
  t.same(dispatch.take('k', all('a'), 300_000), []);
  t.end();
});

test('however many kiosks there are, each has its turn', (t) => {
  const dispatch = new Dispatch();
  const kiosks = Array.from({ length: 1_200 }, (_, index) => `kiosk-${index}`);
  for (const kiosk of kiosks) dispatch.meet(kiosk, 'n', 0);
  const outgoing = [{ id: 'a', topic: 'topic', payload: '{}' }];
  const looked = [0, 1, 10_002].flatMap((now) => {
    const due = dispatch.due(now);
    for (const kiosk of due) dispatch.take(kiosk, outgoing, now);
    return due;
  });
  t.same(new Set(looked), new Set(kiosks));
  t.end();
});
