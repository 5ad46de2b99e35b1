/** Comparisons with one document that failed at this kiosk. Nothing in it says whose document it is. */
export interface DocumentRecord {
  /** Under which operators know it: drawn at random. */
  readonly lock: string;
  /** Keyed: the same document always has the same one at this kiosk. */
  readonly pseudonym: string;
  readonly failures: number;
  /** When it is forgotten, and the lock with it; wall clock, milliseconds since the epoch. */
  readonly until: number;
}

export interface LockRules {
  /** So many failures lock a document. */
  readonly failures: number;
  /** For so long after the last one; until then an unlocked document's failures count as well. Milliseconds. */
  readonly forMs: number;
}

/** A wall clock that was set back prolongs nothing. */
export function counts({ until }: DocumentRecord, { forMs }: LockRules, now: number): boolean {
  return now < until && until - now <= forMs;
}

export function isLocked(record: DocumentRecord | undefined, rules: LockRules, now: number): boolean {
  return record !== undefined && counts(record, rules, now) && record.failures >= rules.failures;
}

/** @param fresh what an unknown document is known by from now on */
export function afterFailure(
  record: DocumentRecord | undefined,
  fresh: Pick<DocumentRecord, 'lock' | 'pseudonym'>,
  rules: LockRules,
  now: number,
): DocumentRecord {
  const earlier = record && counts(record, rules, now) ? record : { ...fresh, failures: 0 };
  const { lock, pseudonym, failures } = earlier;
  return { lock, pseudonym, failures: failures + 1, until: now + rules.forMs };
}
