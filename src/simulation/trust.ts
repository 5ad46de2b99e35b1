import type { CarrierTrust } from '../contracts/trust.js';

/** Signatures are not what is simulated: what arrives is believed. */
export const blindTrust: CarrierTrust = {
  renew: () => undefined,
  sign: (_topic, payload) => Promise.resolve(payload),
  open: (_topic, message) => Promise.resolve(message),
};
