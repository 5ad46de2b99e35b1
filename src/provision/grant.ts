import { z } from 'zod';
import { Coordinate, SigningKey } from '../contracts/signer.js';
import { KioskId } from '../fleet/messages.js';

/** What the carrier gives back for a request: nothing in it is secret. */
export const Grant = z.strictObject({
  kiosk: KioskId,
  /** The signing key that is pinned now. */
  kid: z.string(),
  /** Of the kiosk's TLS key, and of the authority that vouches for the broker; PEM. */
  certificate: z.string(),
  ca: z.string(),
  /** For `carrier` in the kiosk's configuration. */
  carrier: z.strictObject({
    publicKey: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('X25519'), x: Coordinate }),
    signingKeys: z.array(SigningKey).min(1),
  }),
});
export type Grant = z.infer<typeof Grant>;
