import { join } from 'node:path';

/** The journal of a state directory, and the lock of its one writer. */
export const journalPaths = (dir: string) =>
  ({ file: join(dir, 'journal.db'), lock: join(dir, 'journal.lock') }) as const;
