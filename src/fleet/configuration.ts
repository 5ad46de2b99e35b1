import { z } from 'zod';
import { sha256 } from '../lib/sha256.js';
import { ConfigHash, Fault, ConfigStatus, ConfigVersion } from './messages.js';

/** A value for each key that differs from the kiosk's own file, e.g. `{"rules.minimumAge": 18}`. */
export const Settings = z.record(z.string().max(128), z.unknown());
export type Settings = z.infer<typeof Settings>;

/** Carrier → kiosk: all settings that the kiosk is to have, in answer to a report of other ones. */
export const Desired = z.strictObject({ version: ConfigVersion, hash: ConfigHash, settings: Settings });
export type Desired = z.infer<typeof Desired>;

/**
 * Kiosk → carrier, on each connection and whenever it changes: what became of the newest settings that the kiosk was sent
 * (version 0: none), and which are in force.
 */
export const ConfigReport = z.strictObject({
  version: z.int().nonnegative(),
  hash: ConfigHash,
  status: ConfigStatus,
  errors: z.array(Fault).max(16),
  inForce: z.strictObject({ version: z.int().nonnegative(), hash: ConfigHash }),
});
export type ConfigReport = z.infer<typeof ConfigReport>;

/** SHA-256 of the settings as JSON (RFC 8259) without spaces, the members of every object in the order of their names. */
export function hashOf(settings: Settings): string {
  return sha256(JSON.stringify(sorted(settings)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, inner]: [string, unknown]) => [name, sorted(inner)] as const);
  return Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
