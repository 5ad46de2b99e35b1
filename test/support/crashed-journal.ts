import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openJournal } from '../../src/journal/journal.js';
import { batchIccids } from '../../src/lib/iccid.js';
import { initial } from '../../src/transaction/transaction.js';

export const KIOSK = 'virtual-1';
const AT = Date.UTC(2026, 0, 2);
const VISIT = '0b0f0a4e-5d6c-4a57-9f3e-3f4f0e1d2c3b';

/** A folder as a kiosk leaves it that was killed with a card in the transport: the newest commits are in the log only. */
export async function crashedJournal(dir: string): Promise<void> {
  const living = join(dir, 'living');
  const iccids = batchIccids(3);
  const earlier = await openJournal(living, KIOSK);
  await earlier.loadBatch('first', iccids, AT);
  await earlier.close();
  const journal = await openJournal(living, KIOSK);
  await journal.append({
    at: AT + 1,
    event: { type: 'card.identified' },
    next: { ...initial(AT), state: 'binding', id: VISIT, approval: 'approval-1', iccid: iccids[0] ?? '' },
    card: 'transport',
    kept: [
      { key: 'first', value: '"first"' },
      { key: 'second', value: '"second"', attachment: 'attached' },
    ],
    messages: () => [{ type: 'visit.started', data: { transaction: VISIT, service: 'new-sim' } }],
  });
  await journal.technician({ action: 'maintenance-on', by: 'anna' }, AT + 2);
  await copyJournal(living, join(dir, 'killed'));
  await journal.close();
}

/** Every file of a journal, but those that only a process that has it open needs. */
export async function copyJournal(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await names(from)) await copyFile(join(from, name), join(to, name));
}

const names = async (dir: string): Promise<readonly string[]> =>
  (await readdir(dir)).filter((name) => name.startsWith('journal.') && !/lock|-shm/.test(name));

/** A hash of each file; a write-ahead log without anything in it is none. */
export async function contents(dir: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const name of (await names(dir)).toSorted()) {
    if ((await stat(join(dir, name))).size === 0 && name.endsWith('-wal')) continue;
    found[name] = createHash('sha256')
      .update(await readFile(join(dir, name)))
      .digest('hex');
  }
  return found;
}
