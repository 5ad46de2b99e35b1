import type { Measured, Telemetry } from '../fleet/monitors.js';

/** So much is kept while the carrier is away; it takes no disk, and the oldest gives way. */
const KEPT = 60;

/** What was measured and not told yet. */
export class TelemetryRing {
  readonly #waiting: Pick<Telemetry, 'number' | 'at' | 'measured'>[] = [];
  #number = 0;

  /** @param now wall clock, milliseconds since the epoch */
  add(measured: Measured, now: number): void {
    this.#number += 1;
    this.#waiting.push({ number: this.#number, at: new Date(now).toISOString(), measured });
    if (this.#waiting.length > KEPT) this.#waiting.shift();
  }

  /** Everything that waits, the oldest first, as messages of this connection. */
  drain(on: Pick<Telemetry, 'session' | 'epoch'>): readonly string[] {
    return this.#waiting.splice(0).map((one) => JSON.stringify({ ...on, ...one } satisfies Telemetry));
  }
}
