import type { Logger } from 'pino';
import type { TransactionEvent } from '../transaction/events.js';
import type { Transaction } from '../transaction/transaction.js';

/** One line of the log a transition. */
export function logStep(log: Logger, event: TransactionEvent, from: Transaction, next: Transaction, machineMs: number) {
  log.info(
    {
      transaction: next.id ?? from.id,
      event: event.type,
      from: from.state,
      to: next.state,
      ...(next.reason && { reason: next.reason }),
      ...(next.faults && { reasons: next.faults }),
      ...(next.state === 'done' && { outcome: next.outcome, machineMs }),
    },
    'step',
  );
}
