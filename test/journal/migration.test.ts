import { join } from 'node:path';
import { test } from 'tap';
import { openJournal } from '../../src/journal/journal.js';
import { journalPaths } from '../../src/journal/paths.js';
import { batchIccids } from '../../src/lib/iccid.js';
import { makeOld } from '../support/old-journal.js';

test('a journal of the first version is brought up to date, with every card and message', async (t) => {
  const dir = join(t.testdir(), 'state');
  const before = await openJournal(dir, 'kiosk-1');
  await before.loadBatch('first', batchIccids(3), 0);
  const [cards, messages, { epoch }] = [before.cards(), before.messages(), before];
  await before.close();
  await makeOld(journalPaths(dir).file);
  const after = await openJournal(dir, 'kiosk-1');
  t.same([after.cards(), after.messages(), after.epoch], [cards, messages, epoch]);
  await after.technician({ action: 'maintenance-on', by: 'anna' }, 0);
  t.equal(after.maintenance(), true, 'what the old version did not know works');
  await after.close();
});
