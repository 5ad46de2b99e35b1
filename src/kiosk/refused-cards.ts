import { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import { parseJson } from '../fleet/messages.js';
import type { Kept } from '../journal/books.js';
import type { Journal } from '../journal/journal.js';
import type { TransactionEvent } from '../transaction/events.js';

/** Under this key the journal keeps how many cards in a row could not be sold for what they are. */
const REFUSED_CARDS = 'refused-cards';
/** So many are no accident: the scanner is dirty, or these are other cards than those in the books. */
const MOST = 3;

const Count = z.int().positive();

/** A technician has looked at it. */
export const forgiven: Kept = { key: REFUSED_CARDS, value: undefined };

/** What an event means to the count of refused cards: it belongs into the event's own commit. */
export function counted(journal: Journal, { type }: TransactionEvent): readonly Kept[] {
  if (type === 'card.unidentified') return [{ key: REFUSED_CARDS, value: JSON.stringify(countOf(journal) + 1) }];
  return type === 'card.identified' && countOf(journal) > 0 ? [forgiven] : [];
}

/** Nobody is invited while card after card would only be lost to the retain bin. */
export function refusedFault(journal: Journal): ErrorCode | undefined {
  return countOf(journal) >= MOST ? 'card.refused-repeatedly' : undefined;
}

function countOf(journal: Journal): number {
  const kept = journal.kept(REFUSED_CARDS);
  return kept === undefined ? 0 : Count.parse(parseJson(kept));
}
