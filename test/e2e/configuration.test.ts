import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { test } from 'tap';
import { loadKeys } from '../../src/carrier/keys.js';
import { VIRTUAL_KIOSK } from '../../src/cli/virtual-config.js';
import { hashOf } from '../../src/fleet/configuration.js';
import { kioskTopics } from '../../src/fleet/topics.js';
import { JwkSigner } from '../../src/lib/jwk-signer.js';
import { Bench } from '../support/bench.js';
import { brokers } from '../support/brokers.js';
import { holder } from '../support/cast.js';
import { Ear } from '../support/ear.js';
import { Operator } from '../support/operator.js';

/** With this the networks are never ready: the kiosk cannot sell. */
const UNHEALTHY = { 'face.startMs': 1 };

for (const { name, start, mqtt, skip } of brokers) {
  test(
    `${name}: settings wait for the end of a visit, prove themselves, and stay until others are wanted`,
    { skip },
    async (t) => {
      const { url } = await start(t);
      const bench = await Bench.start(t, {
        visitors: [holder(1, { behaviour: 'leaves-card' }), holder(4), holder(4)],
        config: { broker: { url, mqtt } },
        broker: url,
      });
      const ear = await Ear.listen(t, bench);
      const operator = new Operator(bench);
      await bench.idle();
      const visit = bench.visit();
      await bench.screen(({ state }) => state === 'presented');
      await operator.desire({ 'rules.minimumAge': 100, farewellMs: 1 });
      t.match(await operator.reported('pending'), { report: { status: 'pending', inForce: { version: 0 } } });
      t.equal(await visit, 'retained dispenser.not-taken', 'served as it was begun');
      const applied = await operator.reported('applied');
      const { version, hash } = applied?.desired ?? {};
      t.match(applied?.report, { version, hash, status: 'applied', errors: [], inForce: { version, hash } });
      await bench.idle();
      t.equal(await bench.visit(), 'refused-document document.under-age');
      await bench.run.kill();
      bench.startRun();
      await bench.idle();
      t.equal(await bench.visit(), 'refused-document document.under-age', 'also after a restart');
      t.match(await operator.configure({}), { status: 'applied' });
      await bench.idle();
      t.equal(await bench.visit(), 'retained dispenser.not-taken', 'the file alone again');
      await ear.hears('config.changed', 2);
      t.match(ear.all('config.changed'), [
        { version, status: 'applied' },
        { status: 'applied', hash: hashOf({}) },
      ]);
      t.same((await bench.settled()).violations, []);
    },
  );
}

test('settings with an unknown key, or a value that does not fit, are refused whole, and the key is named', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const operator = new Operator(bench);
  await bench.idle();
  const refused = async (settings: Readonly<Record<string, unknown>>) => (await operator.configure(settings))?.report;
  const unknown = await refused({ 'rules.minimumAge': 100, 'broker.url': 'mqtt://elsewhere', nonsense: 1 });
  const named = { code: 'config.not-steerable', detail: 'broker.url, nonsense' };
  t.match(unknown, { status: 'refused', errors: [named], inForce: { version: 0 } });
  const wrong = await refused({ farewellMs: 1, 'rules.minimumAge': 'old' });
  t.match(wrong, { status: 'refused', errors: [{ code: 'config.invalid', detail: /rules\.minimumAge/ }] });
  const proto = await refused(JSON.parse('{"__proto__.polluted": 1}') as Record<string, unknown>);
  t.match(proto, { status: 'refused', errors: [{ code: 'config.not-steerable' }] });
  t.equal(await bench.visit(), 'sold', 'nothing of them is in force');
  t.equal(bench.run.stdout.split('"msg":"started"').length - 1, 1, 'and nothing began anew');
});

test('a kiosk that does not get healthy with its settings goes back to those before by itself', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], config: { trialMs: 4_000 } });
  const ear = await Ear.listen(t, bench);
  const operator = new Operator(bench);
  await bench.idle();
  const back = await operator.configure(UNHEALTHY);
  t.match(back?.report, { status: 'rolled-back', errors: [{ code: 'config.unhealthy', detail: /face\.engine/ }] });
  t.match(back?.report?.inForce, { version: 0 });
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  await ear.hears('config.changed', 1);
  t.match(ear.all('config.changed'), [{ status: 'rolled-back' }]);
  t.same((await bench.settled()).violations, []);
});

test('a service that dies during the trial comes back with the settings before', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const operator = new Operator(bench);
  await bench.idle();
  await operator.desire(UNHEALTHY);
  await operator.reported('trial');
  await bench.run.kill();
  bench.startRun();
  t.match((await operator.reported('rolled-back'))?.report, { errors: [{ code: 'config.unhealthy' }] });
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
});

test('settings whose hash is another one are refused, older ones change nothing, the carrier’s own key or not', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const operator = new Operator(bench);
  await bench.idle();
  const topic = kioskTopics(VIRTUAL_KIOSK).desired;
  const spy = await connectAsync(bench.world.brokerUrl);
  t.teardown(() => spy.endAsync(true));
  const heard = new Promise<string>((resolve) => {
    spy.on('message', (_topic, payload) => resolve(payload.toString()));
  });
  await spy.subscribeAsync(topic, { qos: 1 });
  // In force at once: they say the same as those that are.
  t.match(await operator.configure({}), { status: 'applied' });
  const [head = ''] = (await heard).split('.');
  const { nonce } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { nonce: string };
  const { signingKey } = await loadKeys(join(bench.dir, 'carrier', 'keys.json'));
  const signer = await JwkSigner.of(signingKey, 'carrier');
  const { version = 0 } = (await operator.configured('applied'))?.desired ?? {};
  const say = async (desired: object): Promise<unknown> =>
    spy.publishAsync(topic, await signer.sign(JSON.stringify(desired), { topic, nonce }), { qos: 1 });

  const settings = { 'rules.minimumAge': 100 };
  await say({ version: 1, hash: hashOf(settings), settings });
  await say({ version: version + 1, hash: hashOf({}), settings });
  await bench.run.says('config.hash');
  t.match(await operator.configured('applied'), { status: 'applied' });
  t.equal(await bench.visit(), 'sold');
});
