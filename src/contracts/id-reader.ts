import type { Private } from '../lib/private.js';
import type { Device } from './health.js';

/** Kinds of document a reader may deliver. */
export type DocumentType = 'resident' | 'hmt-residence-permit' | 'foreign-permanent-resident' | 'mrz';

/** What a document says, as it says it: nothing checked but the layout. Dates are `YYYYMMDD`. */
export interface DocumentFields {
  readonly type: DocumentType;
  /** Layout of the chip or zone, e.g. ` `, `J`, `I`, `Y`, `TD3`. */
  readonly layout: string;
  readonly name: string;
  readonly sex: string;
  readonly birth: string;
  readonly number: string;
  /** ISO 3166-1 alpha-3 or empty when the document does not carry one. */
  readonly nationality: string;
  readonly validFrom: string;
  /** `YYYYMMDD` or `long-term`. */
  readonly validTo: string;
}

/** A document in memory for one visit: {@link Private.wipe} both parts when the visit ends. */
export interface IdDocument {
  readonly fields: Private<DocumentFields>;
  /** The photograph as ordinary image bytes (JPEG, PNG, WebP, AVIF). */
  readonly photo: Private<Uint8Array>;
  /** Milliseconds from finding the document to having read it: the machine's share of the wait. */
  readonly readMs: number;
}

/**
 * An ID reader.
 * - `read` waits until a document is in the field (there is no time limit but `signal`), reads it once and resolves.
 *   It rejects with the signal's reason when aborted, leaving the reader ready for the next call.
 * - A document must have left the field before it is read again: `read` never delivers the same presentation twice.
 * - What the sale does not need (ethnicity, address, authority, fingerprints) never leaves the driver.
 * - Errors: `document.removed`, `document.unreadable`, `document.not-genuine`, `document.malformed`,
 *   `document.photo-unreadable`; `reader.offline`, `reader.no-answer`, `reader.bad-frame`, `reader.refused`, `reader.self-test`.
 */
export interface IdReader extends Device {
  read(signal: AbortSignal): Promise<IdDocument>;
}

/**
 * Makes ordinary image bytes of a document's photo field.
 * @throws `document.photo-unreadable` when the field is no image it knows.
 */
export interface PhotoDecoder {
  decode(field: Uint8Array): Promise<Uint8Array>;
}
