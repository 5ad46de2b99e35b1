import type { Kept } from '../journal/books.js';
import type { Entry } from '../journal/entry.js';
import type { TransactionEvent } from '../transaction/events.js';
import type { StateName } from '../transaction/states.js';
import { doubtsOrder } from '../transaction/stack-order.js';
import type { Step } from '../transaction/transaction.js';
import { drafts, type DraftContext } from './drafts.js';

interface Happened {
  readonly at: number;
  readonly from: StateName;
  readonly event: TransactionEvent;
  readonly kept: readonly Kept[];
}

/** The commit of a step: what has happened, all that follows, and the messages about it. */
export function entryOf({ at, from, event, kept }: Happened, taken: Step, context: DraftContext): Entry {
  const identified = event.type === 'card.identified' ? event : undefined;
  const read = event.type === 'card.unidentified' ? event.read : undefined;
  return {
    at,
    event: { type: event.type, reason: 'reason' in event ? event.reason : undefined },
    next: taken.next,
    card: taken.card,
    iccid: identified?.iccid,
    read: identified?.read,
    orderInDoubt: doubtsOrder(from, event, taken.card),
    kept,
    messages: (cards) => drafts(taken, context, cards, read),
  };
}
