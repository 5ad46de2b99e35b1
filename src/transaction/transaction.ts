import type { ErrorCode } from '../errors.js';
import type { StateName } from './states.js';
import type { CardMove, Emission, Outcome } from './table.js';

/** The course of one visit as the journal stores it. Nothing in it is personal. */
export interface Transaction {
  readonly state: StateName;
  /** Wall clock, milliseconds since the epoch, at which the state was entered. */
  readonly since: number;
  /** When `deadline.passed` happens; `null` when the state may last for ever. */
  readonly deadline: number | null;
  readonly id?: string;
  readonly service?: string;
  readonly documentTries: number;
  readonly faceTries: number;
  /** Which of the numbers that the carrier listed the holder chose, or disputed. */
  readonly entry?: number;
  /** Of the case that the carrier has opened. */
  readonly reference?: string;
  readonly approval?: string;
  readonly iccid?: string;
  readonly outcome?: Outcome;
  readonly reason?: ErrorCode;
  /** Why the kiosk is out of service. */
  readonly faults?: readonly ErrorCode[];
}

/** What a step asks for: all of it is one commit. */
export interface Step {
  readonly next: Transaction;
  readonly emit: readonly Emission[];
  /** The visit ended by this step: its `visit.ended` goes out with the same commit. */
  readonly ended: boolean;
  readonly card?: CardMove;
}

/** Before the first customer ever. */
export function initial(now: number): Transaction {
  return { state: 'out-of-service', since: now, deadline: null, documentTries: 0, faceTries: 0 };
}
