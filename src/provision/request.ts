import { z } from 'zod';
import { SigningKey, type Signer } from '../contracts/signer.js';
import { KioskError } from '../errors.js';
import { KioskId, parseJson } from '../fleet/messages.js';
import { byThumbprint } from '../fleet/pinned.js';
import { openSigned, type KeyOf } from '../fleet/signed.js';

/** In place of a topic: a request is no message, and no message is a request. */
const ENROL = 'simkiosk/enrol';
const RENEW = 'simkiosk/renew';

const Request = z.strictObject({
  kiosk: KioskId,
  /** What the kiosk signs its messages with. */
  signingKey: SigningKey,
  /** For the TLS key: PKCS #10, PEM. */
  certificateRequest: z.string().max(8_192),
});
const Renewal = z.strictObject({ kiosk: KioskId, request: z.string() });

/** A request whose signatures are good. */
export interface OpenedRequest extends z.infer<typeof Request> {
  readonly kid: string;
  /** Also signed by a key that the carrier has pinned for this kiosk. */
  readonly isEndorsed: boolean;
}

/** What is brought to the carrier, signed by the key that it asks to be pinned; `known` is the one that is pinned already. */
export async function writeRequest(
  kiosk: string,
  signer: Signer,
  certificateRequest: string,
  known?: Signer,
): Promise<string> {
  const body: z.infer<typeof Request> = { kiosk, signingKey: signer.publicKey, certificateRequest };
  const request = await signer.sign(JSON.stringify(body), { topic: ENROL });
  return known ? known.sign(JSON.stringify({ kiosk, request }), { topic: RENEW }) : request;
}

/**
 * @param pinned the keys that the carrier has of a kiosk
 * @throws `enrol.request-invalid`
 */
export async function openRequest(text: string, pinned: (kiosk: string) => KeyOf): Promise<OpenedRequest> {
  const message = text.trim();
  try {
    const claimed = Renewal.safeParse(parseJson(unverified(message)));
    if (!claimed.success) return { ...(await opened(message)), isEndorsed: false };
    const { kiosk } = claimed.data;
    const { payload } = await openSigned(message, RENEW, pinned(kiosk));
    const request = await opened(Renewal.parse(parseJson(payload)).request);
    if (request.kiosk !== kiosk) throw new KioskError('enrol.request-invalid', 'two kiosks');
    return { ...request, isEndorsed: true };
  } catch (cause) {
    if (cause instanceof KioskError && cause.code === 'enrol.request-invalid') throw cause;
    throw new KioskError('enrol.request-invalid', cause instanceof KioskError ? cause.detail : undefined, { cause });
  }
}

/** By whichever key it names itself: it shows that the asker has that key. */
async function opened(message: string): Promise<Omit<OpenedRequest, 'isEndorsed'>> {
  const { signingKey } = Request.parse(parseJson(unverified(message)));
  const keys = await byThumbprint([signingKey]);
  const { payload } = await openSigned(message, ENROL, (kid) => keys.get(kid));
  const [kid = ''] = keys.keys();
  return { ...Request.parse(parseJson(payload)), kid };
}

const unverified = (message: string): string => Buffer.from(message.split('.')[1] ?? '', 'base64url').toString();
