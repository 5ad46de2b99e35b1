import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import { parseJson } from '../fleet/messages.js';

/** What only the carrier knows: the key that opens holders' records, and the one that makes pseudonyms of them. */
export interface CarrierKeys {
  readonly privateKey: JWK;
  readonly publicKey: JWK;
  /** Key of the HMAC-SHA-256 that makes a pseudonym, base64url. */
  readonly pseudonymKey: string;
}

const Jwk = z.object({ kty: z.literal('OKP'), crv: z.literal('X25519'), x: z.string() });
const Stored = z.object({
  privateKey: Jwk.extend({ d: z.string() }),
  publicKey: Jwk,
  pseudonymKey: z.string(),
});

/** Reads the carrier's keys, or makes them the first time; the file is for its owner's eyes only. */
export async function loadKeys(file: string): Promise<CarrierKeys> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return Stored.parse(parseJson(text));
  const pair = await generateKeyPair('ECDH-ES+A256KW', { crv: 'X25519', extractable: true });
  const keys: CarrierKeys = {
    privateKey: await exportJWK(pair.privateKey),
    publicKey: await exportJWK(pair.publicKey),
    pseudonymKey: randomBytes(32).toString('base64url'),
  };
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(keys), { mode: 0o600, flag: 'wx' });
  return keys;
}
