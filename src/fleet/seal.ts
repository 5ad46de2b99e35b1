import { CompactEncrypt, compactDecrypt, importJWK, type JWK } from 'jose';

const ALG = 'ECDH-ES+A256KW';
const ENC = 'A256GCM';

/**
 * Seals identity data to the carrier's public key (X25519): JWE compact (RFC 7516), ECDH-ES+A256KW with A256GCM.
 * Padded to a multiple of 256 bytes, so that the length of a name does not show.
 */
export async function seal(plain: unknown, carrierKey: JWK): Promise<string> {
  const text = JSON.stringify(plain);
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil(bytes.length / 256) * 256).fill(0x20);
  padded.set(bytes);
  const jwe = await new CompactEncrypt(padded)
    .setProtectedHeader({ alg: ALG, enc: ENC })
    .encrypt(await importJWK(carrierKey, ALG));
  bytes.fill(0);
  padded.fill(0);
  return jwe;
}

/** @throws when the text was not sealed to this key with the agreed algorithms */
export async function unseal(jwe: string, privateKey: JWK): Promise<unknown> {
  const { plaintext } = await compactDecrypt(jwe, await importJWK(privateKey, ALG), {
    keyManagementAlgorithms: [ALG],
    contentEncryptionAlgorithms: [ENC],
  });
  const value: unknown = JSON.parse(new TextDecoder().decode(plaintext));
  plaintext.fill(0);
  return value;
}
