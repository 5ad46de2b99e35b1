import { join } from 'node:path';
import { z } from 'zod';
import { newAuthority, type KeyAndCertificate } from '../provision/x509.js';
import { makeSecret, readSecret } from './secret-file.js';

const Stored = z.strictObject({ key: z.string(), certificate: z.string() });

/**
 * The carrier's own certificate authority, made the first time; it vouches for kiosks and for the broker.
 * @throws `carrier.books-unusable` when it is damaged, or may not be read or made
 */
export async function openAuthority(dir: string, now: number): Promise<KeyAndCertificate> {
  const file = join(dir, 'authority.json');
  const stored = await readSecret(file, Stored);
  if (stored) return stored;
  await makeSecret(file, await newAuthority('simkiosk carrier', now));
  return openAuthority(dir, now);
}
