import { test } from 'tap';
import type { Kept } from '../../src/journal/books.js';
import type { Journal } from '../../src/journal/journal.js';
import { counted, forgiven, refusedFault } from '../../src/kiosk/refused-cards.js';
import { VirtualDisk } from '../../src/simulation/disk.js';
import type { TransactionEvent } from '../../src/transaction/events.js';
import { memoryJournal } from '../support/memory-journal.js';

const EPOCH = '00000000-0000-4000-8000-000000000000';

const refused: TransactionEvent = { type: 'card.unidentified', reason: 'card.unreadable' };
const identified: TransactionEvent = { type: 'card.identified', iccid: '89860000000000000001' };

const open = (): Promise<Journal> => memoryJournal(new VirtualDisk('kiosk-1', EPOCH));

const keep = (journal: Journal, kept: readonly Kept[]): Promise<unknown> =>
  journal.append({ at: 0, event: { type: 'test' }, kept, messages: () => [] });

test('three refused cards in a row close the kiosk, one that is known in between does not', async (t) => {
  const journal = await open();
  const faults = [];
  for (const event of [refused, refused, identified, refused, refused, { type: 'card.taken' } as const, refused]) {
    await keep(journal, counted(journal, event));
    faults.push(refusedFault(journal));
  }
  t.same(faults, [...Array.from({ length: 6 }, () => undefined), 'card.refused-repeatedly']);
  await keep(journal, [forgiven]);
  t.equal(refusedFault(journal), undefined);
});

test('what has nothing to do with cards is not written down', async (t) => {
  const journal = await open();
  t.same(counted(journal, identified), []);
  t.same(counted(journal, { type: 'visit.closed' }), []);
});
