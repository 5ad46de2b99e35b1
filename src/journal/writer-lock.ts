import { KioskError } from '../errors.js';
import { Database } from '../lib/sqlite.js';

/**
 * Lets one process write a journal. The lock is an exclusive SQLite transaction on a file of its own: the kernel frees
 * it when the process dies, however it dies, and readers of the journal are not kept out.
 * @throws `journal.locked`
 */
export async function lockWriter(file: string): Promise<{ release(): Promise<void> }> {
  const db = await Database.open(file, 'write');
  try {
    await db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    await db.close();
    throw error instanceof KioskError && error.code === 'journal.locked' ? new KioskError('journal.locked') : error;
  }
  return { release: () => db.close() };
}
