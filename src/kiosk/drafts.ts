import { KioskError, type ErrorCode } from '../errors.js';
import type { CardCounts, Consent, Draft, VisitKey } from '../fleet/messages.js';
import type { Locked } from './document-locks.js';
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
  /** What was read of a card that is not sold, exactly. */
  readonly read?: string | undefined;
}

/** The messages that a step commits. A card without a visit (found at start) concerns no sale and sends none. */
export function drafts(step: Step, context: DraftContext, cards: CardCounts): Draft[] {
  const emitted = [
    ...step.emit.flatMap((emission) => draft(emission, step.next, context)),
    ...lockedDraft(step.next, context.locked),
  ];
  if (!step.ended) return emitted;
  const { id, service, outcome, reason } = step.next;
  return [
    ...emitted,
    {
      type: 'visit.ended',
      data: {
        transaction: known(id, 'transaction'),
        service: known(service, 'service'),
        outcome: known(outcome, 'outcome'),
        ...(reason && { reason }),
        machineMs: context.machineMs,
        cards,
      },
    },
  ];
}

function lockedDraft({ id }: Transaction, locked: Locked | undefined): Draft[] {
  if (!locked) return [];
  const { lock, until } = locked;
  const data = { transaction: known(id, 'transaction'), lock, until: new Date(until).toISOString() };
  return [{ type: 'document.locked', data }];
}

function draft(emission: Emission, next: Transaction, context: DraftContext): Draft[] {
  if (emission === 'service.changed')
    return [{ type: emission, data: { sellable: next.state === 'idle', reasons: [...(next.faults ?? [])] } }];
  const { id, approval, iccid } = next;
  if (id === undefined) return [];
  const deadline = new Date(next.deadline ?? next.since).toISOString();
  const reason: ErrorCode = next.reason ?? 'internal.impossible';
  const sale = { transaction: id, ...(approval && { approval }), ...(iccid && { iccid }), reason };
  const asking = (transaction: string) => ({
    transaction,
    service: known(next.service, 'service'),
    deadline,
    holder: known(context.sealedHolder, 'holder'),
  });
  switch (emission) {
    case 'visit.started':
      return [{ type: emission, data: { transaction: id, service: known(next.service, 'service') } }];
    case 'consent.given':
      return [{ type: emission, data: { transaction: id, consent: context.consent } }];
    case 'holder.check':
      return [{ type: emission, data: asking(id) }];
    case 'numbers.list':
      return [{ type: emission, data: { ...asking(id), key: known(context.mailbox, 'mailbox') } }];
    case 'number.dispute':
      return [{ type: emission, data: { transaction: id, deadline, entry: known(next.entry, 'entry') } }];
    case 'sale.authorise': {
      const { entry: replaces } = next;
      const data = { ...asking(id), consent: context.consent, ...(replaces !== undefined && { replaces }) };
      return [{ type: emission, data }];
    }
    case 'sale.bind':
      return [
        {
          type: emission,
          data: { transaction: id, approval: known(approval, 'approval'), iccid: known(iccid, 'iccid'), deadline },
        },
      ];
    case 'sale.taken':
      return [
        {
          type: emission,
          data: { transaction: id, approval: known(approval, 'approval'), iccid: known(iccid, 'iccid') },
        },
      ];
    case 'card.refused': {
      const { read } = context;
      return [{ type: emission, data: { transaction: id, reason, ...(read && { read, luhn: luhnHolds(read) }) } }];
    }
    case 'sale.void':
    case 'sale.uncertain':
      return [{ type: emission, data: sale }];
  }
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new KioskError('internal.impossible', `message without ${what}`);
  return value;
}
