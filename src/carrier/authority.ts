import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KioskError } from '../errors.js';
import { newAuthority, type KeyAndCertificate } from '../provision/x509.js';
import { writeNew } from '../lib/durable-file.js';
import { parseJson } from '../fleet/messages.js';
import { z } from 'zod';

const Stored = z.strictObject({ key: z.string(), certificate: z.string() });

/**
 * The carrier's own certificate authority, made the first time; it vouches for kiosks and for the broker.
 * @throws `carrier.books-unusable` when it is damaged, or may not be read or made
 */
export async function openAuthority(dir: string, now: number): Promise<KeyAndCertificate> {
  const file = join(dir, 'authority.json');
  const unusable = (cause?: unknown): KioskError => new KioskError('carrier.books-unusable', file, { cause });
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw unusable(cause);
  });
  if (text !== undefined) {
    const stored = Stored.safeParse(parseJson(text));
    // What is wrong in it stays unsaid: it is a secret.
    if (!stored.success) throw unusable();
    return stored.data;
  }
  const made = await newAuthority('simkiosk carrier', now);
  await writeNew(file, JSON.stringify(made)).catch((cause: unknown) => {
    throw unusable(cause);
  });
  return openAuthority(dir, now);
}
