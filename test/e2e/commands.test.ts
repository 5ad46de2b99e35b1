import { randomUUID } from 'node:crypto';
import { test } from 'tap';
import { connectAsync } from 'mqtt';
import { VIRTUAL_KIOSK } from '../../src/cli/virtual-config.js';
import { kioskTopics } from '../../src/fleet/topics.js';
import { JwkSigner, newSigningKey } from '../../src/lib/jwk-signer.js';
import { Bench } from '../support/bench.js';
import { brokers } from '../support/brokers.js';
import { holder } from '../support/cast.js';
import { Ear } from '../support/ear.js';
import { Operator } from '../support/operator.js';
import { carrierSays } from '../support/carrier-says.js';
import { because } from '../support/technician.js';

const config = { dispenser: { travelMs: 300, jamRetries: 1 } };
const { command: topic } = kioskTopics(VIRTUAL_KIOSK);

for (const { name, start, mqtt, skip } of brokers) {
  test(`${name}: every command of the operators does what it says, and leaves an event`, { skip }, async (t) => {
    const { url } = await start(t);
    const bench = await Bench.start(t, {
      visitors: [holder(1), holder(4)],
      cards: 5,
      config: { ...config, broker: { url, mqtt } },
      broker: url,
    });
    const ear = await Ear.listen(t, bench);
    const operator = new Operator(bench);
    await bench.idle();

    const stock = await operator.ask('stock-report');
    const cards = { loaded: 5, inStack: 5, taken: 0 };
    t.match(stock, { status: 'succeeded', reply: { result: { cards, uncertain: [], seen: { media: 'none' } } } });
    t.match(await operator.ask('self-test'), { reply: { result: { ok: true } } });
    const { result } = (await operator.ask('doctor'))?.reply as { result: { ok: boolean; parts: { name: string }[] } };
    const looked = result.parts.map(({ name }) => name);
    for (const name of ['disk', 'models', 'clock', 'idReader', 'camera', 'dispenser'])
      t.ok(looked.includes(name), name);
    t.equal(result.ok, true);

    t.match(await operator.ask('out-of-service'), { status: 'succeeded' });
    await bench.screen(because('kiosk.out-of-service'));
    await bench.run.kill();
    bench.startRun();
    await bench.screen(because('kiosk.out-of-service'));
    t.match(await operator.ask('in-service'), { status: 'succeeded' });
    await bench.idle();

    const visit = bench.visit();
    await bench.screen(({ state }) => state === 'binding');
    bench.world.emulator.dispenser.jamHard();
    t.equal(await visit, 'failed dispenser.media-jam');
    await bench.screen(because('dispenser.media-jam'));
    bench.world.emulator.dispenser.clearJam();
    t.match(await operator.ask('retain-card'), { status: 'succeeded', reply: { result: { media: 'none' } } });
    await bench.idle();

    t.match(await operator.ask('restart'), { status: 'succeeded' });
    t.equal(bench.run.stdout.split('"msg":"started"').length - 1, 2, 'the service began anew');
    t.match(await operator.ask('unlock-document', { args: { lock: 'none' } }), { status: 'failed' });
    await bench.idle();
    t.equal(await bench.visit(), 'sold');
    await ear.hears('command.ended', 8);
    t.same(
      ear.all('command.ended').map(({ type, by, status }) => [type, by, status].join(' ')),
      [
        ...['stock-report', 'self-test', 'doctor', 'out-of-service', 'in-service', 'retain-card', 'restart'].map(
          (type) => `${type} anna succeeded`,
        ),
        'unlock-document anna failed',
      ],
    );
    t.match(await bench.settled(), { consistent: true, cards: { loaded: 5, retained: 1, taken: 1 } });
  });
}

test('a log excerpt comes whole, of the time and level that were asked for, and with the command line', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], config: { logLevel: 'debug' } });
  const operator = new Operator(bench);
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  const { id, text } = await carrierSays(bench, 'command', VIRTUAL_KIOSK, 'log-excerpt', 'level=info', '--wait');
  const lines = String(text).trimEnd().split('\n');
  t.ok(lines.length > 10);
  t.ok(
    lines.every((line) => !line.includes('"level":"debug"')),
    'no lower level',
  );
  t.match(String(text), /"to":"presented"/);
  const listed = await carrierSays(bench, 'commands', VIRTUAL_KIOSK);
  t.match(listed, { commands: [{ id, type: 'log-excerpt', status: 'succeeded', answered: true }] });
  const to = '2020-01-01T00:00:00.000Z';
  t.match(await operator.ask('log-excerpt', { args: { to } }), { reply: { result: { lines: 0, leftOut: 0 } } });
  t.match(await carrierSays(bench, 'command', VIRTUAL_KIOSK, 'dance'), { error: 'cli.usage' });
});

test('nothing runs in the middle of a visit: a command waits for its end, or is refused', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1, { behaviour: 'leaves-card' })], cards: 5 });
  const operator = new Operator(bench);
  await bench.idle();
  const visit = bench.visit();
  await bench.screen(({ state }) => state === 'presented');
  const patient = await operator.give('out-of-service');
  await operator.is(patient, 'accepted');
  const hasty = await operator.ask('self-test', { whenIdle: false });
  t.match(hasty, { status: 'rejected', reply: { reason: 'control.not-now' } });
  t.equal(await visit, 'retained dispenser.not-taken');
  t.match(await operator.answered(patient), { status: 'succeeded' });
  await bench.screen(because('kiosk.out-of-service'));
  t.match(await bench.settled(), { consistent: true, cards: { retained: 1 } });
});

test('a command that comes too late is not run, and one that comes again is answered with what became of it', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const ear = await Ear.listen(t, bench);
  const operator = new Operator(bench);
  await bench.idle();
  const spy = await connectAsync(bench.world.brokerUrl);
  t.teardown(() => spy.endAsync(true));
  const seen: Buffer[] = [];
  spy.on('message', (_topic, payload) => seen.push(payload));
  await spy.subscribeAsync(topic, { qos: 1 });

  const late = await operator.ask('out-of-service', { deadline: '2020-01-01T00:00:00.000Z' });
  t.match(late, { status: 'expired', reply: { reason: 'command.expired' } });
  t.match(await operator.ask('stock-report'), { status: 'succeeded' });
  t.equal(bench.shown?.state, 'idle');
  for (const message of [...seen]) await spy.publishAsync(topic, message, { qos: 1 });
  t.match(await operator.ask('doctor'), { status: 'succeeded' }, 'after those that came again');
  await ear.hears('command.ended', 3);
  const ended = ear.all('command.ended').map(({ type, status }) => `${type} ${status}`);
  t.same(ended, ['out-of-service expired', 'stock-report succeeded', 'doctor succeeded']);
});

test('after a crash a command that was running has failed, one that had not begun is run, none twice', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1, { behaviour: 'leaves-card' })], cards: 5 });
  const ear = await Ear.listen(t, bench);
  const operator = new Operator(bench);
  await bench.idle();
  const running = await operator.give('self-test');
  const waiting = await operator.give('out-of-service');
  await Promise.all([operator.is(running, 'running'), operator.is(waiting, 'accepted')]);
  await bench.run.kill();
  bench.startRun();
  t.match(await operator.answered(running), { status: 'failed', reply: { reason: 'command.interrupted' } });
  t.match(await operator.answered(waiting), { status: 'succeeded' });
  await bench.screen(because('kiosk.out-of-service'));
  await ear.hears('command.ended', 2);
  t.same(ear.all('command.ended').length, 2);
  t.match(await bench.settled(), { consistent: true });
});

test('a forged command, one for another kiosk and one of an earlier connection have no effect', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const ear = await Ear.listen(t, bench);
  const operator = new Operator(bench);
  await bench.idle();
  const attacker = await connectAsync(bench.world.brokerUrl);
  t.teardown(() => attacker.endAsync(true));
  const seen: string[] = [];
  attacker.on('message', (_topic, payload) => seen.push(payload.toString()));
  await attacker.subscribeAsync(topic, { qos: 1 });
  t.match(await operator.ask('stock-report'), { status: 'succeeded' });
  const [genuine = ''] = seen;

  const [head = '', body = ''] = genuine.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  const order = body.replace('stock-report', 'out-of-service').replace(/"id":"[^"]*"/, `"id":"${randomUUID()}"`);
  const { nonce } = JSON.parse(head) as { nonce: string };
  const thief = await JwkSigner.of(await newSigningKey(), 'thief');
  const forged = await thief.sign(order, { topic, nonce });
  const changed = [genuine.split('.')[0], Buffer.from(order).toString('base64url'), genuine.split('.')[2]].join('.');
  for (const message of [forged, changed, order, 'garbage']) await attacker.publishAsync(topic, message, { qos: 1 });
  const other = kioskTopics(VIRTUAL_KIOSK).desired;
  await attacker.publishAsync(other, genuine, { qos: 1 });

  await bench.link.kill('SIGTERM');
  await bench.screen(because('link.down'));
  bench.startLink();
  await bench.idle();
  await attacker.publishAsync(topic, genuine, { qos: 1 });
  t.match(await operator.ask('doctor'), { status: 'succeeded' }, 'what the carrier says is heard all the same');
  t.equal(bench.shown?.state, 'idle');
  await ear.hears('command.ended', 2);
  t.same(
    ear.all('command.ended').map(({ type }) => type),
    ['stock-report', 'doctor'],
  );
  for (const code of ['fleet.bad-signature', 'fleet.bad-message', 'fleet.replayed']) t.match(bench.run.stdout, code);
});
