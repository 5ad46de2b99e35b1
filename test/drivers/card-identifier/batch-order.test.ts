import t, { test, type Test } from 'tap';
import { BatchOrderIdentifier } from '../../../drivers/card-identifier/batch-order.js';
import { openJournal, type Journal } from '../../../src/journal/journal.js';
import { batchIccids } from '../../../src/lib/iccid.js';
import type { CardMove } from '../../../src/transaction/table.js';
import { cardIdentifierContract } from '../../contract/card-identifier.js';
import { faultIs } from '../../support/device-state.js';

const NEVER = new AbortController().signal;
const [A = '', B = '', C = ''] = batchIccids(3);

async function openBench(t: Test): Promise<{ readonly journal: Journal; readonly identifier: BatchOrderIdentifier }> {
  const journal = await openJournal(t.testdir(), 'kiosk-1');
  const identifier = new BatchOrderIdentifier({ name: 'cardIdentifier', order: journal });
  t.teardown(async () => {
    await identifier.close();
    await journal.close();
  });
  await journal.loadBatch('1', [A, B, C], 0);
  return { journal, identifier };
}

const move = (journal: Journal, card: CardMove, orderInDoubt = false) =>
  journal.append({ at: 0, event: { type: 'test' }, card, orderInDoubt, messages: () => [] });

cardIdentifierContract(t, 'batch order', async (t) => {
  const { journal, identifier } = await openBench(t);
  return {
    identifier,
    async stage() {
      const next = (await journal.nextCard()) ?? '';
      await move(journal, 'transport');
      return next;
    },
    async remove() {
      await move(journal, 'retained');
    },
  };
});

test('the cards come in the order of the batch, also behind one that was retained', async (t) => {
  const { journal, identifier } = await openBench(t);
  t.equal(await identifier.identify(NEVER), A, 'before it is in the transport');
  for (const [iccid, fate] of [
    [A, 'taken'],
    [B, 'retained'],
    [C, 'taken'],
  ] as const) {
    await move(journal, 'transport');
    t.equal(await identifier.identify(NEVER), iccid);
    await move(journal, fate);
  }
  await t.rejects(identifier.identify(NEVER), { code: 'card.unreadable' }, 'the ledger has no more');
  t.equal(identifier.fault(), undefined);
});

test('once the order is in doubt no card is known, until the stack is counted and the ledger agrees', async (t) => {
  const { journal, identifier } = await openBench(t);
  await move(journal, 'transport');
  await move(journal, 'uncertain', true);
  t.equal(identifier.fault(), 'stock.order-unknown');
  await t.rejects(identifier.identify(NEVER), { code: 'stock.order-unknown' });
  await journal.technician({ action: 'stock-count', by: 'anna', count: 3 }, 0);
  t.equal(identifier.fault(), 'stock.order-unknown', 'a count that differs proves nothing');
  const known = faultIs(identifier, undefined);
  await journal.technician({ action: 'stock-count', by: 'anna', count: 2 }, 0);
  await known;
  t.equal(await identifier.identify(NEVER), B);
});

test('a doubt outlives a restart, and ends when the stack is unloaded', async (t) => {
  const dir = t.testdir();
  const before = await openJournal(dir, 'kiosk-1');
  await before.loadBatch('1', [A, B], 0);
  await move(before, 'transport', true);
  await before.close();
  const journal = await openJournal(dir, 'kiosk-1');
  t.teardown(() => journal.close());
  t.notOk(journal.orderKnown());
  await journal.technician({ action: 'stock-unload', by: 'anna' }, 0);
  t.ok(journal.orderKnown());
});
