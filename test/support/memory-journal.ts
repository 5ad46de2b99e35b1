import { Journal } from '../../src/journal/journal.js';
import type { CommitFate, VirtualDisk } from '../../src/simulation/disk.js';

/** A journal over a disk in memory. @param before what becomes of each commit */
export function memoryJournal(disk: VirtualDisk, before: () => CommitFate = () => 'written'): Promise<Journal> {
  const nothing = (): void => undefined;
  return Journal.over(disk.mount({ before, after: nothing, tears: nothing, later: nothing, isAlive: () => true }));
}
