import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { writeWorld } from '../../drivers/emulator/card-dispenser/world-file.js';
import { ledgerFile } from '../../src/carrier/ledger-file.js';
import { SqliteCarrierStore } from '../../src/carrier/sqlite-store.js';
import { auditState } from '../../src/cli/audit-state.js';
import { statePaths } from '../../src/config/paths.js';
import { openJournal } from '../../src/journal/journal.js';
import { batchIccids } from '../../src/lib/iccid.js';

test('what stands beside the journal and is damaged is named, and the journal is audited all the same', async (t) => {
  const dir = t.testdir();
  const iccids = batchIccids(3);
  const journal = await openJournal(dir, 'kiosk-1');
  await journal.loadBatch('first', iccids, 0);
  await journal.close();
  const { carrier, emulator } = statePaths(dir);
  await (await SqliteCarrierStore.open(carrier)).close();
  await mkdir(emulator);
  const world = join(emulator, 'world.json');
  writeWorld(
    world,
    iccids.map((iccid) => ({ iccid, at: 'stack' })),
  );
  const ledger = ledgerFile(carrier);
  t.match(await auditState(dir), { consistent: true, violations: [], carrier: {} });

  const cards = await readFile(world, 'utf8');
  for (const damaged of ['', cards.slice(0, -5), cards.replace('"stack"', '"stick"')]) {
    await writeFile(world, damaged);
    const { violations, ...rest } = await auditState(dir);
    t.match(violations, [/^emulator\.cards-unusable: .*world\.json/]);
    t.match(rest, { consistent: false, cards: { loaded: 3 }, messages: { committed: 1 } });
  }
  await truncate(ledger, 5_000);
  const both = await auditState(dir);
  t.match(both.violations, [/^carrier\.books-unusable: .*ledger\.db/, /^emulator\.cards-unusable/]);
  t.equal(both.violations.length, 2, 'each once');
  await writeFile(world, cards);

  // Whoever may not look into a folder does not know that nothing is in it: a file in its place cannot be looked into either.
  for (const [folder, code] of [
    [carrier, 'carrier.books-unusable'],
    [emulator, 'emulator.cards-unusable'],
  ] as const) {
    await rm(folder, { recursive: true });
    t.notMatch((await auditState(dir)).violations, [new RegExp(code)], 'nothing there is nothing wrong');
    await writeFile(folder, '');
    t.match((await auditState(dir)).violations.join(), code);
  }
});
