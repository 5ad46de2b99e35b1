import type { ErrorCode } from '../errors.js';
import type { StateName } from './states.js';
import type { CardMove, Emission, Outcome } from './table.js';

/**
 * The course of one visit as the journal stores it. Nothing in it is personal. What a step makes has every field, always in
 * this order: everything that looks at it is quicker when all are of one shape.
 */
export interface Transaction {
  readonly state: StateName;
  /** Wall clock, milliseconds since the epoch, at which the state was entered. */
  readonly since: number;
  /** When `deadline.passed` happens; `null` when the state may last for ever. */
  readonly deadline: number | null;
  readonly id?: string | undefined;
  readonly service?: string | undefined;
  readonly documentTries: number;
  readonly faceTries: number;
  /** Which of the numbers that the carrier listed the holder chose, or disputed. */
  readonly entry?: number | undefined;
  /** Of the case that the carrier has opened. */
  readonly reference?: string | undefined;
  readonly approval?: string | undefined;
  readonly iccid?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly reason?: ErrorCode | undefined;
  /** Why the kiosk is out of service. */
  readonly faults?: readonly ErrorCode[] | undefined;
}

/** What a step asks for: all of it is one commit. */
export interface Step {
  readonly next: Transaction;
  readonly emit: readonly Emission[];
  /** The visit ended by this step: its `visit.ended` goes out with the same commit. */
  readonly ended: boolean;
  readonly card?: CardMove | undefined;
}

/** Nobody is served. */
export const BLANK: Transaction = {
  state: 'out-of-service',
  since: 0,
  deadline: null,
  id: undefined,
  service: undefined,
  documentTries: 0,
  faceTries: 0,
  entry: undefined,
  reference: undefined,
  approval: undefined,
  iccid: undefined,
  outcome: undefined,
  reason: undefined,
  faults: undefined,
};

/** Before the first customer ever. */
export function initial(now: number): Transaction {
  return { ...BLANK, since: now };
}
