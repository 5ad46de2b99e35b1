import type { ErrorCode } from '../errors.js';

/** Where the sensors see a card, found at start or when a device failed. */
export type Found = 'none' | 'transport' | 'exit';

/** Everything that can happen to a transaction. `reason` is an error code; nothing here is personal. */
export type TransactionEvent =
  | { readonly type: 'visit.started'; readonly transaction: string; readonly service: string }
  | { readonly type: 'consent.given' }
  | { readonly type: 'consent.declined' }
  | { readonly type: 'document.read' }
  | { readonly type: 'document.failed'; readonly reason: ErrorCode }
  | { readonly type: 'document.accepted' }
  | { readonly type: 'document.refused'; readonly reason: ErrorCode }
  /** The carrier would serve this holder. */
  | { readonly type: 'carrier.cleared' }
  | { readonly type: 'face.captured' }
  | { readonly type: 'face.matched' }
  /** `locks`: too often with this document, so that no try is left. */
  | { readonly type: 'face.failed'; readonly reason: ErrorCode; readonly locks?: true }
  | { readonly type: 'customer.absent'; readonly reason: ErrorCode }
  /** The holder's numbers are there. */
  | { readonly type: 'carrier.listed' }
  /** `entry`: which one of the numbers that the carrier has listed. */
  | { readonly type: 'number.chosen'; readonly entry: number }
  | { readonly type: 'number.disputed'; readonly entry: number }
  | { readonly type: 'carrier.case-opened'; readonly reference: string }
  | { readonly type: 'carrier.approved'; readonly approval: string }
  | { readonly type: 'carrier.refused'; readonly reason: ErrorCode }
  | { readonly type: 'card.staged' }
  /** `iccid`: as it was loaded; `read`: exactly as it was read, if it was. */
  | { readonly type: 'card.identified'; readonly iccid: string; readonly read?: string }
  | { readonly type: 'card.unidentified'; readonly reason: ErrorCode; readonly read?: string }
  | { readonly type: 'carrier.bound' }
  | { readonly type: 'card.presented' }
  | { readonly type: 'card.taken' }
  | { readonly type: 'card.retained' }
  | { readonly type: 'card.vanished'; readonly reason: ErrorCode }
  | { readonly type: 'device.failed'; readonly reason: ErrorCode; readonly found: Found }
  | { readonly type: 'visit.cancelled' }
  /** The customer has seen what they came for. */
  | { readonly type: 'visit.finished' }
  /** Whoever it is, the visit is over. */
  | { readonly type: 'door.opened'; readonly reason: ErrorCode; readonly found: Found }
  | { readonly type: 'deadline.passed'; readonly found?: Found }
  | { readonly type: 'visit.closed' }
  | { readonly type: 'health.lost'; readonly reasons: readonly ErrorCode[] }
  | { readonly type: 'health.restored' }
  /** What the sensors see after a restart, or when the dispenser has come back. */
  | { readonly type: 'media.checked'; readonly found: Found };

export type EventName = TransactionEvent['type'];
