import type { CarrierTrust } from '../contracts/trust.js';
import type { Mailbox } from '../fleet/mailbox.js';
import { parseJson } from '../fleet/messages.js';

/** Signatures are not what is simulated: what arrives is believed. */
export const blindTrust: CarrierTrust = {
  renew: () => undefined,
  sign: (_topic, payload) => Promise.resolve(payload),
  open: (_topic, message) => Promise.resolve(message),
};

/** What is sealed for a visit is in the clear here. */
export const OPEN_MAILBOX: Mailbox = {
  key: { kty: 'OKP', crv: 'X25519', x: '' },
  open: (sealed) => Promise.resolve(parseJson(sealed)),
};
