/** Something that a kiosk is to be sent until it has answered. */
export interface Outgoing {
  readonly kiosk: string;
  /** Of the command, or of the version of the settings. */
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
}

/** What was not answered is sent again after so long. Milliseconds. */
const AGAIN_MS = 10_000;

/**
 * Remembers on which connection each kiosk is, and what was sent there when. Only in memory: a carrier that was away is
 * greeted anew by every kiosk.
 */
export class Dispatch {
  readonly #nonces = new Map<string, string>();
  #sent = new Map<string, { readonly nonce: string; readonly at: number }>();

  /** A kiosk has begun a connection. */
  meet(kiosk: string, nonce: string): void {
    this.#nonces.set(kiosk, nonce);
  }

  /** A kiosk is gone: what would be sent now would get nowhere. */
  lose(kiosk: string): void {
    this.#nonces.delete(kiosk);
  }

  /**
   * What is to be sent now, each with the nonce of its kiosk's connection.
   * @param outgoing everything that was not answered
   * @param now milliseconds
   */
  due(outgoing: readonly Outgoing[], now: number): readonly (Outgoing & { readonly nonce: string })[] {
    const sent = new Map<string, { readonly nonce: string; readonly at: number }>();
    const due = outgoing.flatMap((one) => {
      const key = `${one.kiosk} ${one.id}`;
      const nonce = this.#nonces.get(one.kiosk);
      const last = this.#sent.get(key);
      if (last) sent.set(key, last);
      if (nonce === undefined || (last?.nonce === nonce && Math.abs(now - last.at) < AGAIN_MS)) return [];
      sent.set(key, { nonce, at: now });
      return [{ ...one, nonce }];
    });
    this.#sent = sent;
    return due;
  }
}
