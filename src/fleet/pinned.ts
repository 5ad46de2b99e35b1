import { calculateJwkThumbprint } from 'jose';
import type { SigningKey } from '../contracts/signer.js';

/** Keys by their thumbprint (RFC 7638), whatever name they were given. */
export async function byThumbprint(keys: readonly SigningKey[]): Promise<ReadonlyMap<string, SigningKey>> {
  return new Map(await Promise.all(keys.map(async (key) => [await calculateJwkThumbprint(key), key] as const)));
}
