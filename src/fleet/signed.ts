import { compactVerify, decodeProtectedHeader, importJWK, type CryptoKey } from 'jose';
import { MAX_MESSAGE } from '../contracts/link.js';
import type { SigningKey } from '../contracts/signer.js';
import { KioskError } from '../errors.js';

const ALGORITHM = { OKP: 'EdDSA', EC: 'ES256' } as const satisfies Record<SigningKey['kty'], string>;

/** A message whose signature is good. */
export interface Opened {
  readonly payload: string;
  /** Of the connection that it belongs to. */
  readonly nonce: string | undefined;
}

/** The pinned key of this name; undefined when there is none. */
export type KeyOf = (kid: string) => Promise<SigningKey | undefined> | SigningKey | undefined;

/**
 * Opens a JWS in compact form (RFC 7515) that was signed for this very topic by a pinned key. Everything cheap is looked at
 * before the signature is.
 * @throws `fleet.too-large`, `fleet.bad-message`, `fleet.wrong-topic`, `fleet.bad-signature`
 */
export async function openSigned(message: string, topic: string, keyOf: KeyOf): Promise<Opened> {
  if (message.length > MAX_MESSAGE) throw new KioskError('fleet.too-large', `${message.length} characters`);
  const header = headerOf(message);
  if (header.topic !== topic) throw new KioskError('fleet.wrong-topic');
  const key = await keyOf(header.kid);
  if (!key) throw new KioskError('fleet.bad-signature', 'the key is not pinned');
  try {
    const { payload } = await compactVerify(message, await imported(key), { algorithms: [ALGORITHM[key.kty]] });
    return { payload: new TextDecoder('utf-8', { fatal: true }).decode(payload), nonce: header.nonce };
  } catch (cause) {
    throw new KioskError('fleet.bad-signature', undefined, { cause });
  }
}

interface Header {
  readonly topic: string;
  readonly kid: string;
  readonly nonce: string | undefined;
}

function headerOf(message: string): Header {
  try {
    const { kid, topic, nonce } = decodeProtectedHeader(message);
    const isWhole = typeof kid === 'string' && typeof topic === 'string' && topic.length <= 256;
    if (isWhole && (nonce === undefined || typeof nonce === 'string')) return { kid, topic, nonce };
  } catch (cause) {
    throw new KioskError('fleet.bad-message', 'it is not signed', { cause });
  }
  throw new KioskError('fleet.bad-message', 'header');
}

/** Keys as the crypto library wants them, kept while somebody keeps the key. */
const keys = new WeakMap<SigningKey, Promise<CryptoKey | Uint8Array>>();

function imported(key: SigningKey): Promise<CryptoKey | Uint8Array> {
  const known = keys.get(key) ?? importJWK(key, ALGORITHM[key.kty]);
  keys.set(key, known);
  return known;
}
