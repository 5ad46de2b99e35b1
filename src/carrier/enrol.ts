import { join } from 'node:path';
import { KioskError } from '../errors.js';
import { JwkSigner } from '../lib/jwk-signer.js';
import type { Grant } from '../provision/grant.js';
import { openRequest } from '../provision/request.js';
import { certifyRequest } from '../provision/x509.js';
import { openAuthority } from './authority.js';
import { loadKeys } from './keys.js';
import { SqliteCarrierStore } from './sqlite-store.js';
import { DAY_MS } from '../lib/durations.js';

const CERTIFICATE_DAYS = 365;

export interface Enrolment {
  readonly dir: string;
  readonly request: string;
  /** How long a kiosk's earlier key still counts, for what is on its way and until the kiosk has changed over. */
  readonly overlapDays: number;
  /** The kiosk's earlier keys are lost or stolen: none of them counts any more, and none has signed the request. */
  readonly replace: boolean;
  readonly now: number;
}

/**
 * Pins the key of a request and certifies its TLS key. A kiosk that is enrolled must have signed the request by its present key,
 * and a key that another has followed is not pinned again.
 * @throws `enrol.request-invalid`, `enrol.not-endorsed`
 */
export async function enrol({ dir, request, overlapDays, replace, now }: Enrolment): Promise<Grant> {
  const keys = await loadKeys(join(dir, 'keys.json'));
  const signingKey = (await JwkSigner.of(keys.signingKey, dir)).publicKey;
  const authority = await openAuthority(dir, now);
  const store = await SqliteCarrierStore.open(dir);
  try {
    const { registry } = store;
    const asked = await openRequest(request, (kiosk) => (kid) => registry.keyOf(kiosk, kid, now));
    const { kiosk, kid, signingKey: key, certificateRequest } = asked;
    const pinned = await registry.keysOf(kiosk, now);
    const known = pinned.find((one) => one.kid === kid);
    // An old request that turns up again would take the kiosk's present key away when the overlap is over.
    if (known?.until !== undefined && !replace)
      throw new KioskError('enrol.not-endorsed', `${kiosk}: another key has followed this one`);
    const isNew = pinned.length === 0 || known !== undefined;
    if (!isNew && !asked.isEndorsed && !replace) throw new KioskError('enrol.not-endorsed', kiosk);
    const of = { name: kiosk, from: now, until: now + CERTIFICATE_DAYS * DAY_MS };
    const certificate = await certifyRequest(authority, certificateRequest, of);
    if (replace) await registry.revoke(kiosk);
    await registry.pin(kiosk, { kid, key }, now, now + overlapDays * DAY_MS);
    const { x = '' } = keys.publicKey;
    const carrier = { publicKey: { kty: 'OKP', crv: 'X25519', x }, signingKeys: [signingKey] } as const;
    return { kiosk, kid, certificate, ca: authority.certificate, carrier: { ...carrier, signingKeys: [signingKey] } };
  } finally {
    await store.close();
  }
}
