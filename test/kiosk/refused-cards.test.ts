import { test } from 'tap';
import type { Kept } from '../../src/journal/books.js';
import { counted, forgiven, refusedFault } from '../../src/kiosk/refused-cards.js';
import type { TransactionEvent } from '../../src/transaction/events.js';

const refused: TransactionEvent = { type: 'card.unidentified', reason: 'card.unreadable' };
const identified: TransactionEvent = { type: 'card.identified', iccid: '89860000000000000001' };

/** What a journal keeps of these. */
function journalOf() {
  const kept = new Map<string, string>();
  return {
    kept: (key: string) => kept.get(key),
    keep(things: readonly Kept[]): void {
      for (const { key, value } of things)
        if (value === undefined) kept.delete(key);
        else kept.set(key, value);
    },
  };
}

test('three refused cards in a row close the kiosk, one that is known in between does not', (t) => {
  const journal = journalOf();
  const faults = [refused, refused, identified, refused, refused, { type: 'card.taken' } as const, refused].map(
    (event) => {
      journal.keep(counted(journal, event));
      return refusedFault(journal);
    },
  );
  t.same(faults, [...Array.from({ length: 6 }, () => undefined), 'card.refused-repeatedly']);
  journal.keep([forgiven]);
  t.equal(refusedFault(journal), undefined);
  t.end();
});

test('what has nothing to do with cards is not written down', (t) => {
  t.same(counted(journalOf(), identified), []);
  t.same(counted(journalOf(), { type: 'visit.closed' }), []);
  t.end();
});
