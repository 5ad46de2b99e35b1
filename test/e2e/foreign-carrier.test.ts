import { readFile, rm } from 'node:fs/promises';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import t, { test, type Test } from 'tap';
import { statePaths } from '../../src/config/paths.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { ForeignCarrier } from './foreign-carrier.js';

t.setTimeout(230_000);

const publicPart = ({ kty, crv, x }: JWK): JWK => ({ kty, crv, x }) as JWK;

/** A private key as a JWK. */
async function newKey(alg: string, crv: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { crv, extractable: true });
  return exportJWK(privateKey);
}

/** A virtual kiosk whose carrier is the foreign one; the world's own has gone, with its books. */
async function kioskOf(t: Test, Kind: typeof ForeignCarrier): Promise<{ bench: Bench; carrier: ForeignCarrier }> {
  const signingKey = await newKey('EdDSA', 'Ed25519');
  const sealingKey = await newKey('ECDH-ES+A256KW', 'X25519');
  const config = { carrier: { publicKey: publicPart(sealingKey), signingKeys: [publicPart(signingKey)] } };
  const bench = await Bench.start(t, { visitors: [holder(1)], config });
  await bench.world.carrier.close();
  const paths = statePaths(bench.dir);
  await rm(paths.carrier, { recursive: true });
  const kiosk = publicPart(JSON.parse(await readFile(paths.signingKey, 'utf8')) as JWK);
  const carrier = await Kind.start({
    broker: bench.world.brokerUrl,
    ...{ signingKey, sealingKey, kiosks: { 'virtual-1': kiosk }, limit: 1 },
  });
  t.teardown(() => carrier.close());
  await bench.idle();
  return { bench, carrier };
}

const statuses = ({ sales }: ForeignCarrier) => [...sales.values()].map(({ status }) => status);

test('a carrier written from asyncapi.json alone sells a card, and refuses the second by its own rule', async (t) => {
  const { bench, carrier } = await kioskOf(t, ForeignCarrier);
  t.equal(await bench.visit(), 'sold');
  t.equal(await bench.visit(), 'refused-carrier carrier.holder-limit');
  const { consistent, messages } = await bench.settled();
  t.ok(consistent);
  t.equal(messages.acknowledged, messages.committed);
  t.strictSame(statuses(carrier), ['live']);
  t.equal(carrier.done.get('bad'), undefined);
});

/** Every third event is lost the first time; whatever arrives arrives twice. */
class HardOfHearing extends ForeignCarrier {
  readonly #lost = new Set<string>();

  protected override received(topic: string, jws: string): void {
    if (topic.endsWith('/event')) {
      const text = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString();
      const { seq } = JSON.parse(text) as { seq: number };
      const lose = seq % 3 === 2 && !this.#lost.has(text);
      this.#lost.add(text);
      if (lose) return;
      super.received(topic, jws);
    }
    super.received(topic, jws);
  }
}

test('it asks again for what was lost on the way, and what comes twice has no effect', async (t) => {
  const { bench, carrier } = await kioskOf(t, HardOfHearing);
  t.equal(await bench.visit(), 'sold');
  const { consistent, messages } = await bench.settled();
  t.ok(consistent);
  t.equal(messages.acknowledged, messages.committed);
  t.strictSame(statuses(carrier), ['live']);
  t.ok(carrier.done.get('replay'), 'asked again');
  t.ok(carrier.done.get('again'), 'seen twice');
});
