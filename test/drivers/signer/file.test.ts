import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { test } from 'tap';
import { openFileSigner, signerOf } from '../../../drivers/signer/file.js';
import { byThumbprint } from '../../../src/fleet/pinned.js';
import { openSigned } from '../../../src/fleet/signed.js';

test('a key is made once, for its owner only, and never replaced', async (t) => {
  const file = join(t.testdir(), 'deep', 'signing-key.json');
  const signers = await Promise.all([openFileSigner(file), openFileSigner(file)]);
  t.same(signers[0].publicKey, signers[1].publicKey, 'also when two want one at the same time');
  t.equal((await stat(file)).mode & 0o777, 0o600);
  t.same((await openFileSigner(file)).publicKey, signers[0].publicKey);
  t.notOk('d' in signers[0].publicKey);
});

test('a file that holds no private key is refused and left as it is', async (t) => {
  const file = join(t.testdir(), 'signing-key.json');
  const { publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const agreement = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true });
  const unfit = [await exportJWK(publicKey), await exportJWK(agreement.privateKey), {}, null];
  for (const content of ['', 'garbage', ...unfit.map((jwk) => JSON.stringify(jwk))]) {
    await writeFile(file, content);
    await t.rejects(openFileSigner(file), { code: 'fleet.key-missing' }, content);
    t.equal(await readFile(file, 'utf8'), content);
  }
  await t.rejects(openFileSigner(join(file, 'below')), { code: 'fleet.key-missing' });
});

test('a key on P-256 signs by ES256, as a TPM would', async (t) => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const signer = await signerOf(JSON.stringify({ ...(await exportJWK(privateKey)), use: 'sig' }), 'test');
  const keys = await byThumbprint([signer.publicKey]);
  const message = await signer.sign('{}', { topic: 'a' });
  t.match(await openSigned(message, 'a', (kid) => keys.get(kid)), { payload: '{}' });
  t.match(Buffer.from(message.split('.')[0] ?? '', 'base64url').toString(), '"alg":"ES256"');
});
