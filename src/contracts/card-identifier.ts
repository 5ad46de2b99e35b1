import type { Device } from './health.js';

/**
 * Tells which card lies in the transport.
 * - `expect()` is called before the card is staged: what was heard before it does not count.
 * - `identify` resolves with the ICCID (ITU-T E.118) of the card that came after `expect`, exactly as read: 19 or 20 digits.
 * - Errors: `card.unreadable` (nothing, or no ICCID, within the configured time), `card.identifier-offline`, and of one
 *   that reads no card `stock.order-unknown`.
 */
export interface CardIdentifier extends Device {
  /** Whether it reads the card itself; otherwise it knows it by where it lay. */
  readonly reads: boolean;
  expect(): void;
  identify(signal: AbortSignal): Promise<string>;
}
