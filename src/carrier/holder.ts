import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { KioskError } from '../errors.js';
import { unseal } from '../fleet/seal.js';
import type { CarrierKeys } from './keys.js';

/** What tells one holder from another. */
const Holder = z.object({ type: z.string(), number: z.string().min(1), issuer: z.string().exactOptional() });

/**
 * A keyed pseudonym of a holder: the same person always has the same one, and without the key it leads back to nobody.
 * The record is opened for this alone and forgotten.
 * @throws `fleet.bad-seal` when it was not sealed to this carrier
 */
export async function pseudonymOf(sealed: string, keys: CarrierKeys): Promise<string> {
  const record = Holder.safeParse(await unseal(sealed, keys.privateKey).catch(() => undefined));
  if (!record.success) throw new KioskError('fleet.bad-seal', 'holder');
  return pseudonymFor(record.data, keys);
}

export function pseudonymFor({ type, number, issuer }: z.infer<typeof Holder>, { pseudonymKey }: CarrierKeys): string {
  const parts = [type, issuer, number].filter((part) => part !== undefined);
  return createHmac('sha256', Buffer.from(pseudonymKey, 'base64url')).update(parts.join(' ')).digest('base64url');
}
