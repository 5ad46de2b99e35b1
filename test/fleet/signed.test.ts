import { CompactSign, generateKeyPair, type CryptoKey } from 'jose';
import fc from 'fast-check';
import { test } from 'tap';
import type { SigningKey } from '../../src/contracts/signer.js';
import { codeOf, KioskError } from '../../src/errors.js';
import { KioskTrust } from '../../src/fleet/kiosk-trust.js';
import { byThumbprint } from '../../src/fleet/pinned.js';
import { MAX_MESSAGE } from '../../src/contracts/link.js';
import { openSigned } from '../../src/fleet/signed.js';
import { newSigner } from '../support/signed.js';

const TOPIC = 'sk/v1/kiosk-1/up/event';
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function refusal(message: string, keys: ReadonlyMap<string, SigningKey>, topic = TOPIC): Promise<string> {
  try {
    await openSigned(message, topic, (kid) => keys.get(kid));
  } catch (error) {
    return error instanceof KioskError ? codeOf(error) : `an exception: ${String(error)}`;
  }
  return 'opened';
}

test('what was signed for a topic is opened on that topic by the pinned key', async (t) => {
  const signer = await newSigner();
  const keys = await byThumbprint([signer.publicKey]);
  for (const payload of ['', '{"a":1}', '名'.repeat(1_000)]) {
    const message = await signer.sign(payload, { topic: TOPIC, nonce: 'n' });
    t.same(await openSigned(message, TOPIC, (kid) => keys.get(kid)), { payload, nonce: 'n' });
  }
});

test('a key that is not pinned, another topic, and every changed character are refused', async (t) => {
  const [signer, stranger] = await Promise.all([newSigner(), newSigner()]);
  const keys = await byThumbprint([signer.publicKey]);
  const message = await signer.sign('{"seq":1}', { topic: TOPIC });
  t.equal(await refusal(await stranger.sign('{"seq":1}', { topic: TOPIC }), keys), 'fleet.bad-signature');
  t.equal(await refusal(message, keys, 'sk/v1/kiosk-2/up/event'), 'fleet.wrong-topic');
  const [head = '', , signature = ''] = message.split('.');
  t.equal(await refusal([head, encoded({ seq: 2 }), signature].join('.'), keys), 'fleet.bad-signature');
  // The last character of 64 bytes in base64url has bits that mean nothing.
  for (let at = 0; at < message.length - 1; at += 1) {
    const changed = message.slice(0, at) + (message[at] === 'A' ? 'B' : 'A') + message.slice(at + 1);
    const code = await refusal(changed, keys);
    if (!code.startsWith('fleet.')) t.fail(`${at}: ${code}`);
  }
});

test('no other algorithm than that of the pinned key is taken, none and the public key as a secret least of all', async (t) => {
  const signer = await newSigner();
  const { kid, x } = signer.publicKey;
  const keys = await byThumbprint([signer.publicKey]);
  const none = `${encoded({ alg: 'none', kid, topic: TOPIC })}.${encoded({})}.`;
  t.equal(await refusal(none, keys), 'fleet.bad-signature');
  const sign = (alg: string, key: CryptoKey | Uint8Array): Promise<string> =>
    new CompactSign(new TextEncoder().encode('{}')).setProtectedHeader({ alg, kid, topic: TOPIC }).sign(key);
  t.equal(await refusal(await sign('HS256', Buffer.from(x, 'base64url')), keys), 'fleet.bad-signature');
  const { privateKey } = await generateKeyPair('ES256');
  t.equal(await refusal(await sign('ES256', privateKey), keys), 'fleet.bad-signature');
});

test('whatever else comes is refused by a code, and never an exception', async (t) => {
  const keys = await byThumbprint([(await newSigner()).publicKey]);
  const deep = '['.repeat(20_000);
  const headers = [deep, '{}', 'null', '{"kid":1}', `{"kid":"k","topic":"${TOPIC}","alg":"EdDSA","nonce":1}`];
  for (const header of headers)
    t.equal(await refusal(`${Buffer.from(header).toString('base64url')}.e30.AAAA`, keys), 'fleet.bad-message');
  for (const garbage of ['', '.', '..', '....', 'e30', 'e30.e30', '{"payload":""}'])
    t.equal(await refusal(garbage, keys), 'fleet.bad-message', garbage);
  t.equal(await refusal('a'.repeat(MAX_MESSAGE + 1), keys), 'fleet.too-large');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) =>
      (await refusal(text, keys)).startsWith('fleet.'),
    ),
  );
});

test('an answer is believed on the connection that it answers, and on no later one', async (t) => {
  const [kiosk, carrier] = await Promise.all([newSigner(), newSigner()]);
  const trust = new KioskTrust(kiosk, await byThumbprint([carrier.publicKey]));
  const pinned = await byThumbprint([kiosk.publicKey]);
  const asked = await openSigned(await trust.sign(TOPIC, '{}'), TOPIC, (kid) => pinned.get(kid));
  const topic = 'sk/v1/kiosk-1/down/ack';
  const { nonce = '' } = asked;
  const answer = await carrier.sign('{"upTo":1}', { topic, nonce });
  t.equal(await trust.open(topic, answer), '{"upTo":1}');
  await t.rejects(trust.open(topic, await carrier.sign('{}', { topic })), { code: 'fleet.replayed' });
  await t.rejects(trust.open(topic, await kiosk.sign('{}', { topic, nonce })), { code: 'fleet.bad-signature' });
  trust.renew();
  await t.rejects(trust.open(topic, answer), { code: 'fleet.replayed' });
  const central = 'sk/v1/central/state';
  t.equal(await trust.open(central, await carrier.sign('here', { topic: central })), 'here', 'what is said to all');
});
