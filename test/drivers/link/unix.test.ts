import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { createUnixLink } from '../../../drivers/link/unix.js';
import type { LinkHello } from '../../../src/contracts/link.js';
import { ToLink } from '../../../src/contracts/link-socket.js';
import { Listeners } from '../../../src/lib/listeners.js';
import { LineConnection } from '../../../src/lib/socket.js';
import { faultIs, holds } from '../../support/device-state.js';

const presence = { topic: 'sk/v1/kiosk-1/up/state', payload: '{}', qos: 1, retain: true } as const;
const envelope = { topic: 'sk/v1/kiosk-1/up/event', payload: '[]', qos: 1, retain: false, seq: 3 } as const;
const helloOf = (session: number): LinkHello => ({
  kiosk: 'kiosk-1',
  session,
  will: presence,
  birth: presence,
  subscriptions: ['sk/v1/kiosk-1/down/ack'],
});

/** The device process's end in a new folder, with all that it reports. */
async function openDevice(t: Test, hello = sessions()) {
  const dir = await mkdtemp(join(tmpdir(), 'link-'));
  const socket = join(dir, 'link.sock');
  const errors: unknown[] = [];
  const link = await createUnixLink({ name: 'link', socket }, hello, (error) => errors.push(error));
  t.teardown(async () => {
    await link.close();
    await rm(dir, { recursive: true });
  });
  const reports: unknown[] = [];
  const reported = new Listeners();
  const report = (...what: readonly unknown[]): void => {
    reports.push(what);
    reported.emit();
  };
  link.onChange(() => report('fault', link.fault()));
  link.onUp(() => report('up', link.fault()));
  link.onPublished((seq) => report('published', seq));
  link.onMessage((topic, payload) => report('message', topic, payload));
  const until = (count: number): Promise<void> =>
    holds(
      (look) => reported.add(look),
      () => reports.length >= count,
    );
  return { link, errors, reports, until, connect: () => connectTo(t, socket) };
}

function sessions(): () => Promise<LinkHello> {
  let session = 0;
  return () => Promise.resolve(helloOf((session += 1)));
}

/** A network process, as far as its socket shows. */
async function connectTo(t: Test, socket: string) {
  const stream = createConnection(socket);
  const line = new LineConnection(stream);
  t.teardown(() => line.close());
  const heard: ToLink[] = [];
  const changed = new Listeners();
  line.onMessage((message) => {
    heard.push(ToLink.parse(message));
    changed.emit();
  });
  const closed = new Promise<void>((resolve) => line.onClose(resolve));
  await once(stream, 'connect');
  return {
    heard,
    closed,
    stream,
    say: (message: unknown) => line.send(message),
    hears: (count: number) =>
      holds(
        (look) => changed.add(look),
        () => heard.length >= count,
      ),
  };
}

test('what the network process says about the way to the carrier is the fault of the link', async (t) => {
  const { link, connect, reports, until } = await openDevice(t);
  t.equal(link.fault(), 'link.down');
  link.publish(envelope);
  const network = await connect();
  await faultIs(link, 'fleet.broker-unreachable');
  network.say({ type: 'down', reason: 'fleet.broker-refused' });
  network.say({ type: 'up' });
  network.say({ type: 'published', seq: 3 });
  network.say({ type: 'message', topic: 'down', payload: 'text\nwith lines' });
  network.say({ type: 'down', reason: 'fleet.broker-unreachable' });
  await until(7);
  network.stream.destroy();
  await faultIs(link, 'link.down');
  t.same(reports, [
    ['fault', 'fleet.broker-unreachable'],
    ['fault', 'fleet.broker-refused'],
    ['fault', undefined],
    ['up', undefined],
    ['published', 3],
    ['message', 'down', 'text\nwith lines'],
    ['fault', 'fleet.broker-unreachable'],
    ['fault', 'link.down'],
  ]);
});

test('each request gets a new hello, and envelopes go out as they are', async (t) => {
  const { link, connect } = await openDevice(t);
  const network = await connect();
  network.say({ type: 'hello-request' });
  network.say({ type: 'hello-request' });
  await network.hears(2);
  link.publish(envelope);
  link.publish(presence);
  await network.hears(4);
  t.same(network.heard, [
    { type: 'hello', hello: helloOf(1) },
    { type: 'hello', hello: helloOf(2) },
    { type: 'publish', envelope },
    { type: 'publish', envelope: presence },
  ]);
});

test('the newest network process counts, and what an older one still says does not', async (t) => {
  const { link, connect, reports, until } = await openDevice(t);
  const first = await connect();
  first.say({ type: 'up' });
  await faultIs(link, undefined);
  const second = await connect();
  await faultIs(link, 'fleet.broker-unreachable');
  first.say({ type: 'message', topic: 'late', payload: '' });
  await first.closed;
  second.say({ type: 'up' });
  await until(6);
  link.publish(envelope);
  await second.hears(1);
  t.same(first.heard, []);
  t.same(reports, [
    ['fault', 'fleet.broker-unreachable'],
    ['fault', undefined],
    ['up', undefined],
    ['fault', 'fleet.broker-unreachable'],
    ['fault', undefined],
    ['up', undefined],
  ]);
});

test('a network process that does not speak the protocol is cut off, and the next one is welcome', async (t) => {
  const { link, connect, errors } = await openDevice(t);
  for (const nonsense of [
    'garbage\n',
    '{"type":"up","extra":1}\n',
    '{"type":"published","seq":0}\n',
    '{"type":"down","reason":"journal.corrupt"}\n',
    'x'.repeat(2_000_000),
  ]) {
    const network = await connect();
    network.stream.write(nonsense);
    await network.closed;
    await faultIs(link, 'link.down');
  }
  const network = await connect();
  network.say({ type: 'up' });
  await faultIs(link, undefined);
  t.same(errors, []);
});

test('a hello that cannot be made ends the connection and is reported', async (t) => {
  const full = new Error('the disk is full');
  const { link, connect, errors } = await openDevice(t, () => Promise.reject(full));
  const network = await connect();
  network.say({ type: 'hello-request' });
  await network.closed;
  await faultIs(link, 'link.down');
  t.same(errors, [full]);
});

test('a closed link is silent, and may be closed again', async (t) => {
  const { link, connect, reports } = await openDevice(t);
  const network = await connect();
  await faultIs(link, 'fleet.broker-unreachable');
  const before = reports.length;
  network.say({ type: 'up' });
  await link.close();
  await network.closed;
  await link.close();
  link.publish(envelope);
  t.equal(reports.length, before);
  await t.rejects(connect(), { code: 'ENOENT' });
});
