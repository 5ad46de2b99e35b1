import type { DocumentFields, DocumentType } from '../contracts/id-reader.js';

/** The least that a carrier must register of a number's holder. It exists only inside a JWE to the carrier. */
export interface HolderRecord {
  readonly type: DocumentType;
  readonly number: string;
  /** Of a document with a machine-readable zone: its number is unique only together with this (ICAO Doc 9303-3 section 5). */
  readonly issuer?: string;
  readonly name: string;
  readonly nationality: string;
  readonly birth: string;
  readonly validTo: string;
}

export function holderRecord(fields: DocumentFields): HolderRecord {
  const { type, number, issuer, name, nationality, birth, validTo } = fields;
  return { type, number, ...(issuer !== undefined && { issuer }), name, nationality, birth, validTo };
}
