import { exportJWK, generateKeyPair, CompactEncrypt, decodeProtectedHeader, type JWK } from 'jose';
import { test } from 'tap';
import { seal, unseal } from '../../src/fleet/seal.js';

const holder = (name: string): Readonly<Record<string, string>> => ({
  type: 'resident',
  number: '11010519491231002X',
  name,
  nationality: 'CHN',
  birth: '19491231',
  validTo: 'long-term',
});

async function keys(crv = 'X25519'): Promise<{ publicKey: JWK; privateKey: JWK }> {
  const pair = await generateKeyPair('ECDH-ES+A256KW', { crv, extractable: true });
  return { publicKey: await exportJWK(pair.publicKey), privateKey: await exportJWK(pair.privateKey) };
}

test('the carrier reads what was sealed to it', async (t) => {
  const { publicKey, privateKey } = await keys();
  for (const plain of [holder('测试'), holder(''), 'text', 7, [], null, { long: 'x'.repeat(5_000) }])
    t.same(await unseal(await seal(plain, publicKey), privateKey), plain);
});

test('nobody else reads it, and nobody changes it unnoticed', async (t) => {
  const { publicKey, privateKey } = await keys();
  const other = await keys();
  const jwe = await seal(holder('测试'), publicKey);
  await t.rejects(unseal(jwe, other.privateKey), 'another key');
  await t.rejects(unseal(jwe, publicKey), 'the public key alone');
  const [head = '', key = '', iv = '', text = '', tag = ''] = jwe.split('.');
  const flipped = (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  await t.rejects(unseal([head, key, iv, flipped, tag].join('.'), privateKey), 'changed on the way');
  await t.rejects(unseal(jwe.slice(0, -8), privateKey), 'broken off');
  for (const garbage of ['', 'garbage', '....', 'x'.repeat(1_048_576)]) await t.rejects(unseal(garbage, privateKey));
});

test('what was sealed by other algorithms than the agreed ones is refused', async (t) => {
  const { publicKey, privateKey } = await keys();
  const bytes = new TextEncoder().encode('{}');
  for (const header of [
    { alg: 'ECDH-ES', enc: 'A256GCM' },
    { alg: 'ECDH-ES+A256KW', enc: 'A128CBC-HS256' },
  ]) {
    const jwe = await new CompactEncrypt(bytes).setProtectedHeader(header).encrypt(publicKey);
    await t.rejects(unseal(jwe, privateKey), { code: 'ERR_JOSE_ALG_NOT_ALLOWED' }, header.alg + header.enc);
  }
});

test('nothing of the plain text occurs in what is sent, in any usual spelling', async (t) => {
  const { publicKey } = await keys();
  const plain = holder('Ada Lovelace');
  const jwe = await seal(plain, publicKey);
  const opened = jwe.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
  for (const value of ['Ada Lovelace', 'Lovelace', '11010519491231002X', '19491231']) {
    t.notOk(jwe.includes(value), value);
    t.notOk(jwe.includes(Buffer.from(value).toString('base64url').slice(0, -2)), `${value} in base64url`);
    t.notOk(
      opened.some((part) => part.includes(value)),
      `${value} inside a part`,
    );
  }
  t.same(Object.keys(decodeProtectedHeader(jwe)).sort(), ['alg', 'enc', 'epk'], 'the header names no holder');
});

test('the length of a name does not show', async (t) => {
  const { publicKey } = await keys();
  const names = ['李', '欧阳修', 'Ada', 'Maximiliane Wolfeschlegelsteinhausen'];
  const lengths = await Promise.all(names.map(async (name) => (await seal(holder(name), publicKey)).length));
  t.equal(new Set(lengths).size, 1, lengths.join());
});

test('the same holder sealed twice looks different each time', async (t) => {
  const { publicKey } = await keys();
  t.not(await seal(holder('李'), publicKey), await seal(holder('李'), publicKey));
});

test('the largest record that a document can fill fits into the message', async (t) => {
  const { publicKey } = await keys();
  const jwe = await seal(holder('名'.repeat(120)), publicKey);
  t.ok(jwe.length <= 8_192, String(jwe.length));
});
