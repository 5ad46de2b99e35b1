import type { TransactionEvent } from '../transaction/events.js';
import type { Transaction } from '../transaction/transaction.js';

/** What the log says of a step. */
export function stepFields(from: Transaction, event: TransactionEvent, next: Transaction, machineMs: number) {
  return {
    transaction: next.id ?? from.id,
    event: event.type,
    from: from.state,
    to: next.state,
    ...(next.reason && { reason: next.reason }),
    ...(next.faults && { reasons: next.faults }),
    ...(next.state === 'done' && { outcome: next.outcome, machineMs }),
  };
}
