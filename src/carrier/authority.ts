import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newAuthority, type KeyAndCertificate } from '../provision/x509.js';
import { writeNew } from '../lib/durable-file.js';
import { parseJson } from '../fleet/messages.js';
import { z } from 'zod';

const Stored = z.strictObject({ key: z.string(), certificate: z.string() });

/** The carrier's own certificate authority, made the first time; it vouches for kiosks and for the broker. */
export async function openAuthority(dir: string, now: number): Promise<KeyAndCertificate> {
  const file = join(dir, 'authority.json');
  const read = async (): Promise<KeyAndCertificate> => Stored.parse(parseJson(await readFile(file, 'utf8')));
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await writeNew(file, JSON.stringify(await newAuthority('simkiosk carrier', now)));
  return read();
}
