import type { Device } from './health.js';

/** Where a card is seen by the sensors (XFS: media position). */
export type MediaPosition = 'none' | 'transport' | 'exit';

/** XFS replenishment status of the card unit. */
export type UnitStatus = 'ok' | 'low' | 'empty';

export interface DispenserStatus {
  readonly media: MediaPosition;
  readonly unit: UnitStatus;
  readonly retainBin: 'ok' | 'full';
}

/**
 * A card dispenser with one unit, a transport where a card is identified, an exit and a retain bin (words: XFS).
 * - One movement at a time: a second call while one is in progress rejects with `dispenser.occupied`.
 * - Every movement ends with all motors off, also when it fails or is aborted; an aborted call rejects with the signal's reason.
 * - Travel time is bounded by the configuration; a jam is retried back and forth before it is reported.
 * - `fault()` is `dispenser.card-unit-empty`, `dispenser.retain-bin-full`, `dispenser.media-jam` (until `reset` succeeds, or a
 *   card that was seen is gone), `dispenser.not-ready` or a `gpio.…` code. A low unit is no fault.
 * - Every movement may also end with `dispenser.not-ready` or a `gpio.…` code.
 */
export interface CardDispenser extends Device {
  status(): Promise<DispenserStatus>;
  /** Unit → transport. Errors: `dispenser.occupied`, `dispenser.card-unit-empty`, `dispenser.media-jam`. */
  stage(signal: AbortSignal): Promise<void>;
  /** Transport → exit, in reach of the customer. Errors: `dispenser.no-media`, `dispenser.media-jam`. */
  present(signal: AbortSignal): Promise<void>;
  /** Resolves when the card has left the exit by the customer's hand (XFS `mediaRemoved`). Error: `dispenser.no-media` when none is there. */
  taken(signal: AbortSignal): Promise<void>;
  /** Transport or exit → retain bin. Errors: `dispenser.no-media`, `dispenser.media-jam`, `dispenser.retain-bin-full`. */
  retain(signal: AbortSignal): Promise<void>;
  /**
   * Motors off, the unit's own error cleared, and the jam is over: until a movement fails again. Moves no card that is
   * seen: it stays where it is, to be retained. Errors: `dispenser.media-jam` when the unit goes on reporting an error.
   */
  reset(signal: AbortSignal): Promise<void>;
}
