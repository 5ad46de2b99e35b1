import { KioskError, type ErrorCode } from '../errors.js';
import type { CardCounts, Consent, Draft, VisitKey } from '../fleet/messages.js';
import type { Locked } from './document-locks.js';
import type { Card } from '../journal/stock.js';
import { luhnHolds } from '../lib/iccid.js';
import type { Emission } from '../transaction/table.js';
import type { Step, Transaction } from '../transaction/transaction.js';

/** What the messages of a step say beyond the transaction itself. */
export interface DraftContext {
  readonly sealedHolder: string | undefined;
  readonly consent: Consent;
  /** What the holder's numbers are sealed to. */
  readonly mailbox?: VisitKey | undefined;
  readonly machineMs: number;
  /** This step has locked the document. */
  readonly locked?: Locked | undefined;
  /** The card that the ledger has had in the transport until this step. */
  readonly held?: Card | undefined;
}

/**
 * The messages that a step commits. A card without a visit concerns no sale and sends none, unless it is left from one.
 * @param read of a card that is not sold, exactly
 */
export function drafts({ next, emit, ended }: Step, context: DraftContext, cards: CardCounts, read?: string): Draft[] {
  const all: Draft[] = [];
  for (const emission of emit) {
    const one = draft(emission, next, context, read);
    if (one) all.push(one);
  }
  if (context.locked) all.push(lockedDraft(next, context.locked));
  if (ended) all.push(endedDraft(next, context.machineMs, cards));
  return all;
}

function endedDraft({ id, service, outcome, reason }: Transaction, machineMs: number, cards: CardCounts): Draft {
  return {
    type: 'visit.ended',
    data: {
      transaction: known(id, 'transaction'),
      service: known(service, 'service'),
      outcome: known(outcome, 'outcome'),
      reason,
      machineMs,
      cards,
    },
  };
}

function lockedDraft({ id }: Transaction, { lock, until }: Locked): Draft {
  const data = { transaction: known(id, 'transaction'), lock, until: new Date(until).toISOString() };
  return { type: 'document.locked', data };
}

/** Fields without a value are not written. Data are given field by field: a literal made of others is slow to make. */
function draft(
  emission: Emission,
  next: Transaction,
  context: DraftContext,
  read: string | undefined,
): Draft | undefined {
  if (emission === 'service.changed')
    return { type: emission, data: { sellable: next.state === 'idle', reasons: [...(next.faults ?? [])] } };
  const { id: transaction, approval, iccid, entry, reason = 'internal.impossible' } = next;
  if (transaction === undefined) return emission === 'sale.void' ? lateVoid(context.held, reason) : undefined;
  const { consent } = context;
  switch (emission) {
    case 'visit.started':
      return { type: emission, data: { transaction, service: known(next.service, 'service') } };
    case 'consent.given':
      return { type: emission, data: { transaction, consent } };
    case 'holder.check':
      return { type: emission, data: asking(transaction, next, context) };
    case 'numbers.list': {
      const { service, deadline, holder } = asking(transaction, next, context);
      const key = known(context.mailbox, 'mailbox');
      return { type: emission, data: { transaction, service, deadline, holder, key } };
    }
    case 'number.dispute':
      return { type: emission, data: { transaction, deadline: deadlineOf(next), entry: known(entry, 'entry') } };
    case 'sale.authorise': {
      const { service, deadline, holder } = asking(transaction, next, context);
      return { type: emission, data: { transaction, service, deadline, holder, consent, replaces: entry } };
    }
    case 'sale.bind': {
      const card = cardOf(transaction, next);
      return {
        type: emission,
        data: { transaction, approval: card.approval, iccid: card.iccid, deadline: deadlineOf(next) },
      };
    }
    case 'sale.taken':
      return { type: emission, data: cardOf(transaction, next) };
    case 'card.refused': {
      const luhn = read === undefined ? undefined : luhnHolds(read);
      return { type: emission, data: { transaction, reason, read, luhn } };
    }
    case 'sale.void':
    case 'sale.uncertain':
      return { type: emission, data: { transaction, approval, iccid, reason } };
  }
}

/** The card of a sale that ended as uncertain has come to the bin after all. */
function lateVoid(held: Card | undefined, reason: ErrorCode): Draft | undefined {
  if (!held || held.transaction === null) return undefined;
  const { transaction, iccid, read } = held;
  return { type: 'sale.void', data: { transaction, iccid: read === null ? undefined : iccid, reason } };
}

function asking(transaction: string, next: Transaction, { sealedHolder }: DraftContext) {
  const service = known(next.service, 'service');
  return { transaction, service, deadline: deadlineOf(next), holder: known(sealedHolder, 'holder') };
}

function cardOf(transaction: string, { approval, iccid }: Transaction) {
  return { transaction, approval: known(approval, 'approval'), iccid: known(iccid, 'iccid') };
}

function deadlineOf({ deadline, since }: Transaction): string {
  return new Date(deadline ?? since).toISOString();
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new KioskError('internal.impossible', `message without ${what}`);
  return value;
}
