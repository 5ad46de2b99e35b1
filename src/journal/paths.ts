import { join } from 'node:path';

/** The journal of a state directory, its last word (`last-word.ts`), and the lock of its one writer. */
export const journalPaths = (dir: string) =>
  ({ file: join(dir, 'journal.db'), lastWord: join(dir, 'journal.head'), lock: join(dir, 'journal.lock') }) as const;

/** What SQLite may keep beside a database. */
export const SIDE_FILES = ['', '-wal', '-shm'] as const;
