import type { ErrorCode } from '../errors.js';
import type { CardCounts, Draft, TechnicianAction } from '../fleet/messages.js';
import type { CardMove } from '../transaction/table.js';
import type { Transaction } from '../transaction/transaction.js';
import type { Kept } from './books.js';

/** A message committed and not yet acknowledged by the carrier. */
export interface OutboxRow {
  readonly seq: number;
  readonly type: string;
  readonly payload: string;
}

/** One commit: what happened, the state after it, the card that moved, and the messages about it. */
export interface Entry {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  readonly event: { readonly type: string; readonly reason?: ErrorCode | undefined };
  /** Without one the transaction stays as it is. */
  readonly next?: Transaction;
  readonly card?: CardMove | undefined;
  /** The card in the transport was identified as this one. */
  readonly iccid?: string | undefined;
  /** What was read of it, exactly; kept with whether its check digit holds. */
  readonly read?: string | undefined;
  /** It is in doubt now which card leaves the stack next. */
  readonly orderInDoubt?: boolean;
  readonly kept?: readonly Kept[];
  /** @param cards where the cards are after this commit */
  readonly messages: (cards: CardCounts) => readonly Draft[];
}

/** What a technician did that is not about one card. */
export interface TechnicianWork {
  readonly action: TechnicianAction;
  readonly by: string;
  readonly subject?: string;
  readonly count?: number;
  readonly kept?: readonly Kept[];
}
