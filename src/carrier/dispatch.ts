/** Something that a kiosk is to be sent until it has answered. */
export interface Outgoing {
  /** Of the command, or of the version of the settings. */
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
}

/** What was not answered is sent again after so long. Milliseconds. */
const AGAIN_MS = 10_000;
/** So many kiosks are looked at in one go; the others have their turn before the same ones again. */
const AT_ONCE = 500;

/**
 * Remembers on which connection each kiosk is, what was sent there when, and which kiosks are to be looked at. Only in
 * memory: a carrier that was away is greeted anew by every kiosk.
 */
export class Dispatch {
  readonly #connections = new Map<string, { readonly nonce: string; readonly sent: Map<string, number> }>();
  /** When to look what a kiosk is to be sent; the longest waiting first. */
  readonly #looks = new Map<string, number>();

  /** A kiosk says which connection it is on. @param now milliseconds, here as everywhere */
  meet(kiosk: string, nonce: string, now: number): void {
    if (this.#connections.get(kiosk)?.nonce === nonce) return;
    this.#connections.set(kiosk, { nonce, sent: new Map() });
    this.wake(kiosk, now);
  }

  /** A kiosk is gone: what would be sent now would get nowhere. */
  lose(kiosk: string): void {
    this.#connections.delete(kiosk);
    this.#looks.delete(kiosk);
  }

  /** There may be something new for a kiosk. @param at when to look, at most {@link AGAIN_MS} from now */
  wake(kiosk: string, at: number): void {
    if (this.#connections.has(kiosk)) this.#looks.set(kiosk, at);
  }

  /** The kiosks to be looked at now, which is theirs once: those that are woken while it is done have another turn. */
  due(now: number): readonly string[] {
    const due: string[] = [];
    for (const [kiosk, at] of this.#looks) {
      // Somebody may have set the clock back.
      if (at > now && at <= now + AGAIN_MS) continue;
      due.push(kiosk);
      this.#looks.delete(kiosk);
      if (due.length === AT_ONCE) break;
    }
    return due;
  }

  /**
   * What is to be sent to a kiosk now, each with the nonce of its connection.
   * @param outgoing everything that it has not answered
   */
  take(kiosk: string, outgoing: readonly Outgoing[], now: number): readonly (Outgoing & { readonly nonce: string })[] {
    const connection = this.#connections.get(kiosk);
    if (!connection) return [];
    const { nonce, sent } = connection;
    const due = outgoing.filter(({ id }) => Math.abs(now - (sent.get(id) ?? -Infinity)) >= AGAIN_MS);
    for (const id of sent.keys()) if (!outgoing.some((one) => one.id === id)) sent.delete(id);
    for (const { id } of due) sent.set(id, now);
    if (sent.size > 0 && !this.#looks.has(kiosk)) this.#looks.set(kiosk, Math.min(...sent.values()) + AGAIN_MS);
    return due.map((one) => ({ ...one, nonce }));
  }
}
