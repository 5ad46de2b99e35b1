import { calculateJwkThumbprint, CompactSign, exportJWK, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import { z } from 'zod';
import { SigningKey, type SignedHeader, type Signer } from '../contracts/signer.js';
import { KioskError } from '../errors.js';

const ALGORITHM = { OKP: 'EdDSA', EC: 'ES256' } as const satisfies Record<SigningKey['kty'], string>;
const PrivatePart = z.object({ d: z.string().min(1) });
/** What else an ordinary private key says of itself is left out. */
const Public = z.object({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string().exactOptional() });

/** Signs with a private key in memory. */
export class JwkSigner implements Signer {
  readonly publicKey: SigningKey & { readonly kid: string };
  readonly #key: CryptoKey | Uint8Array;

  private constructor(publicKey: SigningKey & { readonly kid: string }, key: CryptoKey | Uint8Array) {
    this.publicKey = publicKey;
    this.#key = key;
  }

  /** @param jwk a private key @param name where it is from @throws `fleet.key-missing` when it is none */
  static async of(jwk: unknown, name: string): Promise<JwkSigner> {
    try {
      const { d } = PrivatePart.parse(jwk);
      const publicKey = SigningKey.parse(Public.parse(jwk));
      const key = await importJWK({ ...publicKey, d }, ALGORITHM[publicKey.kty]);
      return new JwkSigner({ ...publicKey, kid: await calculateJwkThumbprint(publicKey) }, key);
    } catch (cause) {
      throw new KioskError('fleet.key-missing', `${name} holds no private key that signs`, { cause });
    }
  }

  sign(payload: string, header: SignedHeader): Promise<string> {
    const { kid, kty } = this.publicKey;
    return new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader({ alg: ALGORITHM[kty], kid, ...header })
      .sign(this.#key);
  }
}

/** A new Ed25519 key, as a private JWK. */
export async function newSigningKey() {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return exportJWK(privateKey);
}
