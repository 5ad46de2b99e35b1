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
  /** ISO 3166-1 alpha-3, in an MRZ also the codes of ICAO Doc 9303-3 section 5 such as `D`; empty when there is none. */
  readonly nationality: string;
  /** Who issued a document with an MRZ, coded as `nationality`: its number is unique only together with this. */
  readonly issuer?: string;
  /** Empty in an MRZ, which does not say. */
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
 * - A document that cannot be read is tried again where it lies, for a moment before `read` rejects, and in later calls: `read`
 *   rejects once for each presentation.
 * - Errors: `document.removed`, `document.unreadable`, `document.not-genuine`, `document.malformed`, `document.check-digit`,
 *   `document.unsupported`, `document.photo-unreadable`; `reader.offline`, `reader.no-answer`, `reader.bad-frame`,
 *   `reader.refused`, `reader.self-test`, `reader.decoder-failed`; `camera.…` where the photograph comes from a camera.
 */
export interface IdReader extends Device {
  read(signal: AbortSignal): Promise<IdDocument>;
}

/**
 * Makes ordinary image bytes (JPEG, PNG, WebP, AVIF) of a document's photo field, which the caller overwrites.
 * @throws `document.photo-unreadable` when the field is no image it knows; `reader.decoder-failed` when decoding itself broke
 */
export interface PhotoDecoder {
  decode(field: Uint8Array): Promise<Uint8Array>;
}

/**
 * Where the photograph of a document comes from that does not carry one itself.
 * - `take` makes one picture, ordinary image bytes that the caller owns, of the document that was read a moment ago.
 * - It rejects with the signal's reason, with `document.photo-unreadable`, or with the code of its own `fault()`.
 */
export interface PhotoSource extends Device {
  take(signal: AbortSignal): Promise<Uint8Array>;
}
