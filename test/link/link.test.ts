import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { test, type Test } from 'tap';
import { startBroker, type EmbeddedBroker } from '../../drivers/broker/aedes.js';
import { createUnixLink } from '../../drivers/link/unix.js';
import type { CarrierLink } from '../../src/contracts/link.js';
import { LineConnection, listenOn } from '../../src/lib/socket.js';
import { Listeners } from '../../src/lib/listeners.js';
import { faultIs, holds } from '../support/device-state.js';
import { DOWN, event, EVENT, KIOSK, openDevice, openLink, STATE, state } from '../support/link-ends.js';

const subscribe = (listeners: Listeners) => (look: () => void) => listeners.add(look);
const portOf = (url: string): number => Number(new URL(url).port);

/** Somebody else at the broker, who hears all that the kiosk says. */
async function listenAt(t: Test, url: string) {
  const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 });
  t.teardown(() => client.endAsync(true));
  const heard: { topic: string; payload: string; retain: boolean }[] = [];
  const changed = new Listeners();
  client.on('message', (topic, payload, { retain }) => {
    heard.push({ topic, payload: payload.toString(), retain });
    changed.emit();
  });
  await client.subscribeAsync([STATE, EVENT, 'echo'], { qos: 1 });
  const on = (topic: string) => heard.filter((message) => message.topic === topic);
  const payloads = (topic = EVENT): string[] => on(topic).map(({ payload }) => payload);
  const until = (condition: () => boolean): Promise<void> => holds(subscribe(changed), condition);
  return {
    on,
    payloads,
    until,
    said: (payload: string, topic = EVENT) => until(() => payloads(topic).includes(payload)),
    publish: (topic: string, payload: string) => client.publishAsync(topic, payload, { qos: 1 }),
  };
}

async function openBroker(t: Test, port?: number): Promise<EmbeddedBroker> {
  const broker = await startBroker(port);
  t.teardown(() => broker.close());
  return broker;
}

/** Broker, link and device, connected. */
async function openAll(t: Test) {
  const broker = await openBroker(t);
  const device = await openDevice(t);
  const running = openLink(t, device.socket, broker.url);
  await faultIs(device.link, undefined);
  return { ...device, broker, running, watcher: await listenAt(t, broker.url) };
}

/** A TCP server in front of a broker that can stop carrying what the broker says, or everything; without one it is mute. */
async function wireTo(t: Test, url?: string) {
  const sockets: Socket[] = [];
  const toLink: Socket[] = [];
  const accepted = new Listeners();
  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    sockets.push(client);
    if (url !== undefined) {
      const broker = connectTcp(portOf(url), '127.0.0.1');
      client.on('close', () => broker.destroy());
      broker.on('close', () => client.destroy());
      broker.on('error', () => broker.destroy());
      sockets.push(broker);
      toLink.push(broker);
      client.pipe(broker).pipe(client);
    } else client.resume();
    accepted.emit();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted: () => holds(subscribe(accepted), () => sockets.length > 0),
    holdAnswers: () => toLink.forEach((broker) => broker.unpipe()),
    carryAnswers: () => toLink.forEach((broker, i) => broker.pipe(sockets[2 * i] ?? broker)),
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
}

/** The numbers that the broker has, as they are reported. */
function published(link: CarrierLink) {
  const seqs: number[] = [];
  const changed = new Listeners();
  link.onPublished((seq) => {
    seqs.push(seq);
    changed.emit();
  });
  const until = (seq: number): Promise<void> => holds(subscribe(changed), () => seqs.includes(seq));
  return { seqs, until };
}

test('on a broker without MQTT 5 the link takes 3.1.1, subscribes, says the kiosk is there, and reports up', async (t) => {
  const broker = await openBroker(t);
  const { link, socket } = await openDevice(t);
  const ups: unknown[] = [];
  const up = new Promise<void>((resolve) =>
    link.onUp(() => {
      ups.push(link.fault());
      resolve();
    }),
  );
  t.equal(link.fault(), 'link.down');
  const { log } = openLink(t, socket, broker.url);
  await up;
  t.same(ups, [undefined], 'up once, without a fault');
  t.match(log.join(''), /the broker speaks MQTT 3\.1\.1 only.*"mqtt":4,"msg":"connected/s);
  t.notMatch(log.join(''), /no connection to the broker/, 'the other version is no failure');
  const late = await listenAt(t, broker.url);
  await late.until(() => late.on(STATE).length > 0);
  t.match(late.on(STATE), [{ payload: /^on \d$/, retain: true }], 'kept for whoever comes later');
});

test('messages go both ways, and those with a number are reported when the broker has them', async (t) => {
  const { link, watcher } = await openAll(t);
  const { seqs, until } = published(link);
  link.publish(event('without a number'));
  link.publish(event('7', 7));
  await until(7);
  await watcher.said('7');
  t.same(watcher.payloads(), ['without a number', '7']);
  t.same(seqs, [7]);
  const got = new Promise((resolve) => link.onMessage((...message) => resolve(message)));
  await watcher.publish('sk/v1/kiosk-2/down/ack', 'for another kiosk');
  await watcher.publish(DOWN, 'für dich');
  t.same(await got, [DOWN, 'für dich']);
});

test('a broker that goes away is reported, and when it is back there is a new session', async (t) => {
  const { link, broker, watcher } = await openAll(t);
  await watcher.until(() => watcher.on(STATE).length > 0);
  const [before] = watcher.payloads(STATE);
  const port = portOf(broker.url);
  await broker.close();
  await faultIs(link, 'fleet.broker-unreachable');
  const up = new Promise<void>((resolve) => link.onUp(resolve));
  await openBroker(t, port);
  await up;
  t.equal(link.fault(), undefined);
  const later = await listenAt(t, broker.url);
  await later.until(() => later.on(STATE).length > 0);
  const session = (payload = ''): number => Number(payload.split(' ')[1]);
  t.ok(session(later.payloads(STATE)[0]) > session(before));
  link.publish(event('again', 1));
  await later.said('again');
});

test('a broker that refuses is told from one that is not there', async (t) => {
  const { link, broker } = await openAll(t);
  broker.refuse(true);
  await faultIs(link, 'fleet.broker-refused');
  broker.refuse(false);
  await faultIs(link, undefined);
});

test('when the device process ends, the link says that the kiosk is offline, and waits for the next', async (t) => {
  const { link, socket, running, watcher } = await openAll(t);
  await watcher.until(() => watcher.on(STATE).length > 0);
  await link.close();
  await watcher.until(() => watcher.payloads(STATE).some((payload) => payload.startsWith('off')));
  t.match(running.log.join(''), /"code":"link.down"/);
  const hello = { kiosk: KIOSK, session: 100, will: state('off 100'), birth: state('on 100'), subscriptions: [DOWN] };
  const next = await createUnixLink({ name: 'link', socket }, () => Promise.resolve(hello), console.error);
  t.teardown(() => next.close());
  await faultIs(next, undefined);
  await watcher.said('on 100', STATE);
});

test('when the link ends, the kiosk is offline at the broker and the device process knows', async (t) => {
  const { link, running, watcher } = await openAll(t);
  await running.close();
  await watcher.until(() => watcher.payloads(STATE).some((payload) => payload.startsWith('off')));
  await faultIs(link, 'link.down');
});

test('a second link process takes over; the first one may go', async (t) => {
  const { link, broker, socket, running, watcher } = await openAll(t);
  const second = openLink(t, socket, broker.url);
  const met = (): boolean => second.log.some((line) => line.includes('device process connected'));
  await holds((look) => link.onChange(look), met);
  await running.close();
  await faultIs(link, undefined);
  const { until } = published(link);
  // What is handed over while the link changes is sent again by the outbox: so does this test.
  link.onUp(() => link.publish(event('from the second', 1)));
  link.publish(event('from the second', 1));
  await until(1);
  await watcher.said('from the second');
});

test('a device process that does not speak the protocol is left, and met again', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'link-'));
  t.teardown(() => rm(dir, { recursive: true }));
  const nonsense = ['garbage\n', '{"type":"hello"}\n', '{"type":"publish","envelope":{"topic":""}}\n'];
  const met: string[] = [];
  const connections = new Listeners();
  const server = await listenOn(join(dir, 'link.sock'), (stream) => {
    const line = new LineConnection(stream);
    line.onMessage((message) => {
      met.push(JSON.stringify(message));
      stream.write(nonsense[met.length - 1] ?? '');
      connections.emit();
    });
  });
  t.teardown(() => server.close());
  openLink(t, join(dir, 'link.sock'), 'mqtt://127.0.0.1:1');
  await holds(subscribe(connections), () => met.length > nonsense.length);
  t.ok(met.every((message) => message === '{"type":"hello-request"}'));
});

test('500 messages keep their order, and never more than 16 are on their way', async (t) => {
  const broker = await openBroker(t);
  const wire = await wireTo(t, broker.url);
  const { link, socket } = await openDevice(t);
  openLink(t, socket, wire.url);
  await faultIs(link, undefined);
  const watcher = await listenAt(t, broker.url);
  const { seqs, until } = published(link);
  wire.holdAnswers();
  const numbers = Array.from({ length: 500 }, (_, i) => i + 1);
  for (const seq of numbers) link.publish(event(String(seq), seq));
  await watcher.said('16');
  // Further messages would have overtaken these.
  for (let round = 0; round < 20; round += 1) {
    await watcher.publish('echo', String(round));
    await watcher.said(String(round), 'echo');
  }
  t.equal(watcher.payloads().length, 16);
  wire.carryAnswers();
  await until(500);
  t.same(watcher.payloads(), numbers.map(String));
  t.same(seqs, numbers);
});

test('a frozen broker does not keep the link from ending', async (t) => {
  const mute = await wireTo(t);
  const silent = await wireTo(t, (await openBroker(t)).url);
  for (const wire of [mute, silent]) {
    const { link, socket } = await openDevice(t);
    const running = openLink(t, socket, wire.url);
    await wire.accepted();
    if (wire === silent) await faultIs(link, undefined);
    wire.freeze();
    for (let seq = 1; seq <= 50; seq += 1) link.publish(event(String(seq), seq));
    const begin = performance.now();
    await running.close();
    t.ok(performance.now() - begin < 2_000, wire === mute ? 'it never answered' : 'it answers no more');
  }
});

test('kiosks that lost one broker in one moment come back one by one', async (t) => {
  const broker = await openBroker(t);
  const kiosks = 20;
  const reconnectMs = { first: 60_000, longest: 60_000 };
  const links = await Promise.all(
    Array.from({ length: kiosks }, async (_, kiosk) => {
      const { link, socket } = await openDevice(t, `kiosk-${kiosk + 1}`);
      const running = openLink(t, socket, broker.url, { reconnectMs, mqtt: '3.1.1', random: () => kiosk / kiosks });
      await faultIs(link, undefined);
      return { ...running, link };
    }),
  );
  await broker.close();
  await Promise.all(links.map(({ link }) => faultIs(link, 'fleet.broker-unreachable')));
  const pauses = links.map(({ log }) => Number(/"pauseMs":(\d+)/.exec(log.join(''))?.[1]));
  t.same(
    pauses,
    Array.from({ length: kiosks }, (_, kiosk) => (kiosk * reconnectMs.first) / kiosks),
  );
});
