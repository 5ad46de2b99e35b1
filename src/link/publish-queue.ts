import type { Envelope } from '../contracts/link.js';

/** So many measurements wait; then the oldest gives way. */
const MEASUREMENTS = 60;

/**
 * What waits to be published, in the order of what matters: events, in their own order; what else the kiosk says; and
 * measurements, which come with QoS 0 and may be lost. What waits already does not wait twice, and of a retained topic only
 * the newest message counts.
 */
export class PublishQueue {
  readonly #events = new Map<number, Envelope>();
  readonly #words = new Map<string, Envelope>();
  readonly #measurements: Envelope[] = [];
  #numbered = 0;

  get size(): number {
    return this.#events.size + this.#words.size + this.#measurements.length;
  }

  /** @returns false when an older measurement gave way */
  push(envelope: Envelope): boolean {
    const { seq, topic, qos, retain } = envelope;
    if (seq !== undefined) this.#events.set(seq, envelope);
    else if (qos === 1) this.#words.set(retain ? topic : `${topic} ${(this.#numbered += 1)}`, envelope);
    else this.#measurements.push(envelope);
    if (this.#measurements.length <= MEASUREMENTS) return true;
    this.#measurements.shift();
    return false;
  }

  shift(): Envelope | undefined {
    return takeFirst(this.#events) ?? takeFirst(this.#words) ?? this.#measurements.shift();
  }
}

function takeFirst<K>(map: Map<K, Envelope>): Envelope | undefined {
  for (const [key, envelope] of map) {
    map.delete(key);
    return envelope;
  }
  return undefined;
}
