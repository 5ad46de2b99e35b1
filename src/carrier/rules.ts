import type { Answer, Ask } from '../fleet/answers.js';
import type { ErrorCode } from '../errors.js';

/** What the carrier does with asks: its rules, or for tests a carrier that refuses everything or never answers. */
export type Policy = 'rules' | 'refuse' | 'silent';

export interface SaleRules {
  readonly policy: Policy;
  /** Most SIM cards that one holder may have. */
  readonly holderLimit: number;
}

/** What a decision depends on besides the books. */
export interface Circumstances {
  readonly rules: SaleRules;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
  readonly newApproval: () => string;
  /** Of a case: short enough to be written down by a customer. */
  readonly newReference: () => string;
}

/** What no rule has to look at the books for. @returns why the ask is refused */
export function refusedAtOnce(deadline: string, { rules: { policy }, now }: Circumstances): ErrorCode | undefined {
  if (policy !== 'rules') return 'carrier.refused';
  return Date.parse(deadline) < now ? 'carrier.no-answer' : undefined;
}

export function refused(ask: Ask, transaction: string, reason: ErrorCode): Answer {
  return { ask, transaction, decision: 'refused', reason };
}
