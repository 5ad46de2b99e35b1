import { randomBytes } from 'node:crypto';
import type { Signer, SigningKey } from '../contracts/signer.js';
import type { CarrierTrust } from '../contracts/trust.js';
import { KioskError } from '../errors.js';
import { openSigned } from './signed.js';
import { centralTopics } from './topics.js';

/** A kiosk that signs by its own key and believes the pinned keys of its carrier. */
export class KioskTrust implements CarrierTrust {
  readonly #signer: Signer;
  readonly #carrier: ReadonlyMap<string, SigningKey>;
  #nonce = drawNonce();

  /** @param carrier keys of the carrier by their thumbprint */
  constructor(signer: Signer, carrier: ReadonlyMap<string, SigningKey>) {
    this.#signer = signer;
    this.#carrier = carrier;
  }

  renew(): void {
    this.#nonce = drawNonce();
  }

  sign(topic: string, payload: string): Promise<string> {
    return this.#signer.sign(payload, { topic, nonce: this.#nonce });
  }

  async open(topic: string, message: string): Promise<string> {
    const { payload, nonce } = await openSigned(message, topic, (kid) => this.#carrier.get(kid));
    // What the carrier says to all kiosks answers none; its session number keeps old ones out.
    if (topic !== centralTopics.state && nonce !== this.#nonce) throw new KioskError('fleet.replayed');
    return payload;
  }
}

const drawNonce = (): string => randomBytes(16).toString('base64url');
