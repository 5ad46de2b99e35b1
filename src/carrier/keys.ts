import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import { KioskError } from '../errors.js';
import { replaceFile } from '../lib/durable-file.js';
import { newSigningKey } from '../lib/jwk-signer.js';
import { inspectLedger } from './ledger-file.js';
import { makeSecret, readSecret } from './secret-file.js';

/** What only the carrier knows: the key that opens holders' records, and the one that makes pseudonyms of them. */
export interface CarrierKeys {
  readonly privateKey: JWK;
  readonly publicKey: JWK;
  /** Signs what the carrier says: a private JWK (Ed25519). */
  readonly signingKey: JWK;
  /** Key of the HMAC-SHA-256 that makes a pseudonym, base64url. */
  readonly pseudonymKey: string;
}

const Jwk = z.object({ kty: z.literal('OKP'), crv: z.literal('X25519'), x: z.string() });
const Stored = z.object({
  privateKey: Jwk.extend({ d: z.string() }),
  publicKey: Jwk,
  signingKey: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() }).optional(),
  pseudonymKey: z.string(),
});

/**
 * Reads the carrier's keys, or makes them the first time; the file is for its owner's eyes only.
 * @throws `carrier.books-unusable` when they are damaged, may not be read, or are missing beside books: no kiosk believes
 *   new ones, and pseudonyms made by them are others than those in the books
 */
export async function loadKeys(file: string): Promise<CarrierKeys> {
  const stored = await readSecret(file, Stored);
  if (stored) return completed(file, stored);
  if (await inspectLedger(dirname(file)))
    throw new KioskError('carrier.books-unusable', `${file} is missing: put a copy of it back`);
  const pair = await generateKeyPair('ECDH-ES+A256KW', { crv: 'X25519', extractable: true });
  const keys: CarrierKeys = {
    privateKey: await exportJWK(pair.privateKey),
    publicKey: await exportJWK(pair.publicKey),
    signingKey: await newSigningKey(),
    pseudonymKey: randomBytes(32).toString('base64url'),
  };
  await makeSecret(file, keys);
  return loadKeys(file);
}

/** Keys from before the carrier signed what it says get what they lack. */
async function completed(file: string, { signingKey, ...stored }: z.infer<typeof Stored>): Promise<CarrierKeys> {
  if (signingKey) return { ...stored, signingKey };
  const keys = { ...stored, signingKey: await newSigningKey() };
  await replaceFile(file, JSON.stringify(keys));
  return keys;
}
