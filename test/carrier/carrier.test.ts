import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { test, type Test } from 'tap';
import { startBroker } from '../../drivers/broker/aedes.js';
import { readLedger } from '../../src/carrier/read-ledger.js';
import { startCarrier, type Carrier } from '../../src/carrier/carrier.js';
import { Answer } from '../../src/fleet/answers.js';
import { Ack, parseJson, writeEvent, type Draft } from '../../src/fleet/messages.js';
import { CentralState } from '../../src/fleet/presence.js';
import { KioskTrust } from '../../src/fleet/kiosk-trust.js';
import { byThumbprint } from '../../src/fleet/pinned.js';
import { seal } from '../../src/fleet/seal.js';
import { centralTopics, kioskTopics } from '../../src/fleet/topics.js';
import { Listeners } from '../../src/lib/listeners.js';
import { holds } from '../support/device-state.js';
import { newSigner } from '../support/signed.js';

const KIOSK = 'kiosk-1';
const HEAD = '0'.repeat(64);
const EPOCH = randomUUID();
const TIME = '2026-01-01T00:00:00.000Z';
const HOLDER = { type: 'resident', number: '110101199001010010', name: '王小明' };
const started: Draft = { type: 'visit.started', data: { transaction: randomUUID(), service: 'sim' } };

/** A wire to the broker that can be cut. */
async function wireTo(t: Test, url: string): Promise<{ readonly url: string; cut(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connectTcp(Number(new URL(url).port), '127.0.0.1');
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  t.teardown(() => {
    server.close();
    cut();
  });
  return { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, cut };
}

/** A broker, a carrier behind a wire, and a kiosk's own connection to the broker. */
async function openFleet(t: Test) {
  const broker = await startBroker();
  const wire = await wireTo(t, broker.url);
  const dir = join(t.testdir(), 'carrier');
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const start = (): Promise<Carrier> => startCarrier({ dir, broker: { url: wire.url } }, log);
  const heard = new Listeners();
  const presence: boolean[] = [];
  const sessions = new Set<number>();
  const acks: Ack[] = [];
  const answers: Answer[] = [];
  const kiosk = await connectAsync(broker.url, { protocolVersion: 4, clientId: KIOSK });
  const { ack, answer, event } = kioskTopics(KIOSK);
  let carrier = await start();
  const signer = await newSigner();
  const { kid, ...key } = signer.publicKey;
  await carrier.registry.pin(KIOSK, { kid, key }, Date.now(), Date.now());
  const trust = new KioskTrust(signer, await byThumbprint([carrier.signingKey]));
  let opening: Promise<void> = Promise.resolve();
  const open = async (topic: string, payload: string): Promise<void> => {
    const message = parseJson(await trust.open(topic, payload));
    if (topic === centralTopics.state) {
      const { online, session } = CentralState.parse(message);
      presence.push(online);
      sessions.add(session);
    } else if (topic === ack) acks.push(Ack.parse(message));
    else answers.push(Answer.parse(message));
    heard.emit();
  };
  kiosk.on('message', (topic, payload) => {
    opening = opening.then(() => open(topic, payload.toString())).catch((error: unknown) => void t.fail(String(error)));
  });
  await kiosk.subscribeAsync([centralTopics.state, ack, answer], { qos: 1 });
  const until = (condition: () => boolean): Promise<void> => holds((look) => heard.add(look), condition);
  const online = (): Promise<void> => until(() => presence.at(-1) === true);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await carrier.close();
    isOpen = false;
  };
  t.teardown(async () => {
    await close();
    await kiosk.endAsync(true);
    await broker.close();
  });
  await online();
  /** Signed by the kiosk for this topic. */
  const say = async (payload: string, topic: string = event): Promise<void> =>
    publish(await trust.sign(topic, payload), topic);
  const publish = async (payload: string, topic: string = event): Promise<void> => {
    await kiosk.publishAsync(topic, payload, { qos: 1 });
  };
  const payloadOf = (seq: number, draft: Draft): string =>
    writeEvent({
      ...draft,
      id: randomUUID(),
      kiosk: KIOSK,
      time: new Date().toISOString(),
      epoch: EPOCH,
      seq,
      head: HEAD,
    });
  return {
    presence,
    sessions,
    acks,
    answers,
    until,
    online,
    publish,
    say,
    payloadOf,
    wire,
    lines,
    carrier: () => carrier,
    anomalies: async () => (await readLedger(dir)).anomalies,
    close,
    send: (seq: number, draft: Draft = started) => say(payloadOf(seq, draft)),
    acked: (upTo: number) => until(() => acks.some((one) => 'upTo' in one && one.upTo === upTo)),
    async restart(): Promise<void> {
      await carrier.close();
      await until(() => presence.at(-1) === false);
      carrier = await start();
      await online();
    },
    async ask(transaction: string): Promise<Draft> {
      const holder = await seal(HOLDER, carrier.publicKey);
      const consent = { version: '1', sha256: '', noPassingOn: { version: '1', sha256: '' } };
      const deadline = '2999-01-01T00:00:00.000Z';
      return { type: 'sale.authorise', data: { transaction, service: 'sim', deadline, holder, consent } };
    },
  };
}

test('a carrier that is cut off is said to be offline by its last will, and comes back by itself', async (t) => {
  const fleet = await openFleet(t);
  fleet.wire.cut();
  await fleet.until(() => fleet.presence.at(-1) === false);
  await fleet.online();
  await fleet.send(1);
  await fleet.acked(1);
  await fleet.close();
  await fleet.until(() => fleet.presence.at(-1) === false);
  t.same(
    fleet.presence.filter((online, i) => online !== fleet.presence[i - 1]),
    [true, false, true, false],
  );
});

test('a broker that refuses the carrier is asked again, and said once', async (t) => {
  const refused = new Listeners();
  let tries = 0;
  const server = createServer((client) => {
    client.once('data', () => client.end(Buffer.of(0x20, 2, 0, 5)));
    tries += 1;
    refused.emit();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const { port } = server.address() as AddressInfo;
  const carrier = await startCarrier(
    { dir: join(t.testdir(), 'carrier'), broker: { url: `mqtt://127.0.0.1:${port}` } },
    log,
  );
  await holds(
    (look) => refused.add(look),
    () => tries === 4,
  );
  await carrier.close();
  t.equal(lines.filter((line) => line.includes('Not authorized')).length, 1);
});

test('a second carrier does not come between the first and its books', async (t) => {
  const broker = await startBroker();
  t.teardown(() => broker.close());
  const options = { dir: join(t.testdir(), 'carrier'), broker: { url: broker.url } };
  const start = (): Promise<Carrier> => startCarrier(options, pino({ level: 'silent' }));
  const first = await start();
  for (const time of ['once', 'and again'])
    await t.rejects(start(), { code: 'carrier.books-in-use' }, `while the first runs, ${time}`);
  await first.close();
  await (await start()).close();
});

test('each start is a later session, also when the clock was set back', async (t) => {
  const fleet = await openFleet(t);
  const { now } = Date;
  t.intercept(Date, 'now', { value: () => now() - 86_400_000 });
  await fleet.restart();
  await fleet.restart();
  const [first = 0, ...later] = fleet.sessions;
  t.same(later, [first + 1, first + 2]);
});

test('an ask is answered and acknowledged, and again with the same answer when it comes again', async (t) => {
  const fleet = await openFleet(t);
  const transaction = randomUUID();
  const ask = fleet.payloadOf(1, await fleet.ask(transaction));
  await fleet.say(ask);
  await fleet.acked(1);
  t.match(fleet.answers, [{ ask: 'sale.authorise', transaction, decision: 'approved' }]);
  t.same(fleet.acks, [{ epoch: EPOCH, upTo: 1 }]);
  await fleet.restart();
  await fleet.say(ask);
  await fleet.until(() => fleet.acks.length === 2);
  t.same(fleet.answers[1], fleet.answers[0]);
  for (const secret of [HOLDER.number, HOLDER.name]) t.notOk(fleet.lines.join('').includes(secret));
});

test('events are acknowledged in their order, and a gap is asked for', async (t) => {
  const fleet = await openFleet(t);
  for (let seq = 1; seq <= 100; seq += 1) await fleet.send(seq);
  await fleet.acked(100);
  t.same(
    fleet.acks,
    Array.from({ length: 100 }, (_, i) => ({ epoch: EPOCH, upTo: i + 1 })),
  );
  await fleet.send(104);
  await fleet.until(() => fleet.acks.length === 101);
  t.same(fleet.acks.at(-1), { epoch: EPOCH, replay: [101, 103] });
});

test('what is no event, or of another kiosk, is neither taken nor acknowledged, and stops nothing', async (t) => {
  const fleet = await openFleet(t);
  await fleet.publish('garbage');
  await fleet.publish(fleet.payloadOf(1, started));
  await fleet.say(fleet.payloadOf(1, started), kioskTopics('kiosk-2').event);
  await fleet.say(fleet.payloadOf(1, started).replace('visit.started', 'visit.unheard-of'));
  await fleet.say(fleet.payloadOf(1, started).replace(KIOSK, 'kiosk-2'));
  await fleet.send(1);
  await fleet.acked(1);
  t.same(fleet.acks, [{ refused: 'fleet.bad-message' }, { refused: 'fleet.wrong-topic' }, { epoch: EPOCH, upTo: 1 }]);
  t.same(fleet.answers, []);
  const counts = { 'fleet.bad-message': 3, 'fleet.bad-signature': 1, 'fleet.wrong-topic': 1 };
  t.same(fleet.carrier().refusals.counts(), counts);
  t.equal(fleet.carrier().refusals.newest().length, 5, 'each is kept');
});

test('a holder who was not sealed to this carrier is refused, and the next event is taken', async (t) => {
  const fleet = await openFleet(t);
  const ask = await fleet.ask(randomUUID());
  if (ask.type === 'sale.authorise') await fleet.send(1, { ...ask, data: { ...ask.data, holder: 'not sealed' } });
  await fleet.send(2);
  await fleet.acked(2);
  t.match(fleet.answers, [{ decision: 'refused', reason: 'fleet.bad-seal' }]);
});

test('a birth message is answered with what the carrier has of that journal; an older one is a replay', async (t) => {
  const fleet = await openFleet(t);
  const { state } = kioskTopics(KIOSK);
  const birth = (session: number, revision: number, lastSeq = 1) =>
    JSON.stringify({
      ...{ online: true, session, revision, epoch: EPOCH, lastSeq, version: '1', sellable: true, reasons: [] },
      ...{ at: TIME, state: 'idle', since: TIME },
    });
  await fleet.send(1);
  await fleet.acked(1);
  await fleet.say(birth(2, 1), state);
  await fleet.until(() => fleet.acks.length === 2);
  t.same(fleet.acks[1], { epoch: EPOCH, upTo: 1 });
  await fleet.say(birth(1, 9), state);
  await fleet.until(() => fleet.acks.length === 3);
  t.same(fleet.acks[2], { refused: 'fleet.replayed' }, 'of an earlier session');
  await fleet.say(JSON.stringify({ online: false, session: 2, epoch: EPOCH }), state);
  await fleet.say(birth(3, 1, 0), state);
  await fleet.until(() => fleet.acks.length === 4);
  t.same(fleet.acks[3], { epoch: EPOCH, upTo: 1 }, 'by which a kiosk knows that its journal is an old one');
});

test('a birth that events have overtaken is no old journal; one whose kiosk has found out that it is, is', async (t) => {
  const fleet = await openFleet(t);
  const { state } = kioskTopics(KIOSK);
  const birth = (session: number, revision: number, lastSeq: number, reasons: readonly string[] = []) =>
    JSON.stringify({
      ...{ online: true, session, revision, epoch: EPOCH, lastSeq, version: '1', sellable: reasons.length === 0 },
      ...{ at: TIME, state: 'idle', since: TIME, reasons },
    });
  await fleet.say(birth(1, 1, 0), state);
  await fleet.send(1);
  await fleet.say(birth(1, 2, 0), state);
  await fleet.say(birth(2, 1, 0), state);
  await fleet.until(() => fleet.acks.length === 4);
  t.same(fleet.acks[3], { epoch: EPOCH, upTo: 1 }, 'by which the kiosk finds out');
  t.same(await fleet.anomalies(), []);
  for (const revision of [2, 3]) await fleet.say(birth(2, revision, 0, ['journal.rewound']), state);
  await fleet.until(() => fleet.acks.length === 6);
  t.match(await fleet.anomalies(), [/the journal is older/]);
});

test('another event with the number of an earlier one is refused: the journal was put back', async (t) => {
  const fleet = await openFleet(t);
  const first = fleet.payloadOf(1, started);
  await fleet.say(first);
  await fleet.acked(1);
  await fleet.say(first);
  await fleet.until(() => fleet.acks.length === 2);
  t.same(fleet.acks[1], { epoch: EPOCH, upTo: 1 }, 'the same one again is acknowledged again');
  await fleet.send(1, { type: 'visit.started', data: { transaction: randomUUID(), service: 'sim' } });
  await fleet.until(() => fleet.acks.length === 3);
  t.same(fleet.acks[2], { refused: 'journal.rewound' });
});

test('a carrier can be told to refuse, or to be silent', async (t) => {
  const fleet = await openFleet(t);
  fleet.carrier().setPolicy('refuse');
  await fleet.send(1, await fleet.ask(randomUUID()));
  await fleet.acked(1);
  fleet.carrier().setPolicy('silent');
  await fleet.send(2, await fleet.ask(randomUUID()));
  await fleet.acked(2);
  fleet.carrier().setPolicy('rules');
  await fleet.send(3, await fleet.ask(randomUUID()));
  await fleet.acked(3);
  t.match(fleet.answers, [{ reason: 'carrier.refused' }, { decision: 'approved' }]);
  t.equal(fleet.answers.length, 2);
});
