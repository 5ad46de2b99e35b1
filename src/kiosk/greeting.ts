import type { Envelope, LinkHello } from '../contracts/link.js';
import type { CarrierTrust } from '../contracts/trust.js';
import type { KioskBirth, KioskState } from '../fleet/presence.js';
import { kioskTopics } from '../fleet/topics.js';

/** What a new connection begins with: the birth, and the last will that takes it back, each signed. */
export async function greeting(
  trust: CarrierTrust,
  kiosk: string,
  birth: KioskBirth,
  subscriptions: readonly string[],
): Promise<LinkHello> {
  const { session, epoch } = birth;
  const [here, gone] = await Promise.all([
    signedEnvelope(trust, stateEnvelope(kiosk, birth)),
    signedEnvelope(trust, stateEnvelope(kiosk, { online: false, session, epoch })),
  ]);
  return { kiosk, session, birth: here, will: gone, subscriptions };
}

export function stateEnvelope(kiosk: string, state: KioskState): Envelope {
  return { topic: kioskTopics(kiosk).state, payload: JSON.stringify(state), qos: 1, retain: true };
}

/** The envelope with its payload signed. */
export async function signedEnvelope(trust: CarrierTrust, envelope: Envelope): Promise<Envelope> {
  const { topic, qos, retain, seq } = envelope;
  const payload = await trust.sign(topic, envelope.payload);
  return seq === undefined ? { topic, payload, qos, retain } : { seq, topic, payload, qos, retain };
}
