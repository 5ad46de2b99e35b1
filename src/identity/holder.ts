import type { DocumentFields, DocumentType } from '../contracts/id-reader.js';

/** The least that a carrier must register of a number's holder. It exists only inside a JWE to the carrier. */
export interface HolderRecord {
  readonly type: DocumentType;
  readonly number: string;
  readonly name: string;
  readonly nationality: string;
  readonly birth: string;
  readonly validTo: string;
}

export function holderRecord(fields: DocumentFields): HolderRecord {
  const { type, number, name, nationality, birth, validTo } = fields;
  return { type, number, name, nationality, birth, validTo };
}
