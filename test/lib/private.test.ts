import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { inspect } from 'node:util';
import { pino } from 'pino';
import { test } from 'tap';
import { Private } from '../../src/lib/private.js';

const NAME = '测试-Lovelace';

test('a private value shows only to who reveals it', (t) => {
  t.equal(new Private(NAME).reveal(), NAME);
  t.end();
});

test('no way of writing a private value down shows it', (t) => {
  const secret = new Private({ name: NAME });
  const ways: Readonly<Record<string, string>> = {
    'String()': String(secret),
    toString: secret.toString(),
    'a text': ''.concat(String(secret)),
    joined: [secret].join(),
    JSON: JSON.stringify(secret),
    'JSON, deep inside': JSON.stringify({ a: [{ secret }] }),
    inspect: inspect(secret),
    'inspect, deep inside': inspect({ a: { b: { secret } } }, { depth: 9 }),
    'inspect with everything hidden': inspect(secret, { showHidden: true, customInspect: false, getters: true }),
    'an error': String(new Error('failed', { cause: secret }).stack) + inspect(new Error('x', { cause: secret })),
    'its keys': JSON.stringify([Object.entries(secret), Object.getOwnPropertyNames(secret), Object.assign({}, secret)]),
  };
  for (const [way, shown] of Object.entries(ways)) t.notMatch(shown, /Lovelace|测试/, way);
  t.equal(String(secret), '[private]');
  t.equal(JSON.stringify({ secret }), '{"secret":"[private]"}');
  t.end();
});

test('a log line does not show it', (t) => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const secret = new Private(NAME);
  log.info(
    { secret, deep: { secret }, err: Object.assign(new Error('failed'), { secret }) },
    'read %s %j',
    secret,
    secret,
  );
  t.equal(lines.length, 1);
  t.notMatch(lines.join(), /Lovelace|测试/);
  t.match(lines.join(), /\[private\]/);
  t.end();
});

test('another thread gets nothing of it', (t) => {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage({ secret: new Private(NAME) });
  t.same(receiveMessageOnPort(port2), { message: { secret: {} } });
  port1.close();
  t.end();
});

test('a wiped value is gone, and asking for it is an error', (t) => {
  const secret = new Private(NAME);
  t.equal(secret.isWiped, false);
  secret.wipe();
  t.equal(secret.isWiped, true);
  t.throws(() => secret.reveal(), RangeError);
  t.doesNotThrow(() => secret.wipe(), 'wiping twice does no harm');
  t.equal(String(secret), '[private]');
  t.end();
});

test('the bytes of a wiped photograph are overwritten where they lie, and no others', (t) => {
  const memory = new Uint8Array(8).fill(7);
  const photo = new Private(memory.subarray(2, 5));
  photo.wipe();
  t.same([...memory], [7, 7, 0, 0, 0, 7, 7, 7]);
  t.throws(() => photo.reveal(), RangeError);
  const template = Float32Array.of(1, 2, 3);
  new Private(template).wipe();
  t.same([...template], [0, 0, 0]);
  t.end();
});
