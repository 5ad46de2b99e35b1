import { codeOf, KioskError } from '../errors.js';
import { Database } from '../lib/sqlite.js';

/**
 * Lets one process write a journal. The lock is an exclusive SQLite transaction on a file of its own: the kernel frees
 * it when the process dies, however it dies, and readers of the journal are not kept out.
 * @throws `journal.locked`; `journal.unwritable` also when it is damaged: the journal itself may be whole
 */
export async function lockWriter(file: string): Promise<{ release(): Promise<void> }> {
  const db = await Database.open(file, 'write');
  try {
    await db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    await db.close();
    const code = codeOf(error);
    if (code === 'journal.locked') throw new KioskError('journal.locked');
    if (code !== 'journal.corrupt') throw error;
    throw new KioskError('journal.unwritable', `${file} should be empty and is not: remove it`, { cause: error });
  }
  return { release: () => db.close() };
}
