import { z } from 'zod';

/** A number of 32 bytes in a key, base64url (RFC 7518, §6.2.1.2; RFC 8037, §2). */
export const Coordinate = z.string().regex(/^[\w-]{43}$/, { error: 'Invalid key: expected 32 bytes as base64url' });

/** A public key that signs: EdDSA on Ed25519 (RFC 8037) or ES256 on P-256 (RFC 7518, §3.4), as a JWK (RFC 7517). */
export const SigningKey = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: Coordinate, kid: z.string().exactOptional() }),
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: Coordinate,
    y: Coordinate,
    kid: z.string().exactOptional(),
  }),
]);
export type SigningKey = z.infer<typeof SigningKey>;

/** What a signature covers besides the message: no other topic and no other connection can be given it. */
export interface SignedHeader {
  readonly topic: string;
  /** Drawn by the kiosk for each of its connections; an answer repeats it. */
  readonly nonce?: string;
}

/**
 * Signs with a key that does not leave it: a file's now, a TPM's or a secure element's as well.
 * - `publicKey` is what the other side pins; its `kid` is its thumbprint (RFC 7638).
 * - `sign` gives a JWS in compact form (RFC 7515) whose protected header has `alg`, `kid` and the given members.
 * - Calls may overlap. A key that has gone away rejects with `fleet.key-missing`.
 */
export interface Signer {
  readonly publicKey: SigningKey & { readonly kid: string };
  sign(payload: string, header: SignedHeader): Promise<string>;
}
