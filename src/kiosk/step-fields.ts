import type { TransactionEvent } from '../transaction/events.js';
import type { Transaction } from '../transaction/transaction.js';

/** What the log says of a step; what is undefined it leaves out. */
export function stepFields(from: Transaction, event: TransactionEvent, next: Transaction, machineMs: number) {
  return {
    transaction: next.id ?? from.id,
    event: event.type,
    from: from.state,
    to: next.state,
    reason: next.reason,
    reasons: next.faults,
    outcome: next.state === 'done' ? next.outcome : undefined,
    machineMs: next.state === 'done' ? machineMs : undefined,
  };
}
