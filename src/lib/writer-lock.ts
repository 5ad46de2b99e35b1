import { codeOf, KioskError } from '../errors.js';
import { Database, JOURNAL_FAULTS } from './sqlite.js';

export interface WriterLock {
  release(): Promise<void>;
}

/**
 * Lets one process write what a file of its own stands for. The lock is an exclusive SQLite transaction on that file: the
 * kernel frees it when the process dies, however it dies, and readers of what is written are not kept out.
 * @throws what `names` calls locked; or unwritable, also when it is damaged: what it stands for may be whole
 */
export async function lockWriter(file: string, names = JOURNAL_FAULTS): Promise<WriterLock> {
  const db = await Database.open(file, 'write', names);
  try {
    await db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    await db.close();
    const code = codeOf(error);
    if (code === names.locked) throw new KioskError(names.locked);
    if (code !== names.damaged) throw error;
    throw new KioskError(names.unwritable, `${file} should be empty and is not: remove it`, { cause: error });
  }
  return { release: () => db.close() };
}
