import type { Commit, Snapshot } from './books.js';
import type { OutboxRow } from './entry.js';

/**
 * Where the books are kept.
 * - `load` is called once, before anything else.
 * - `commit` resolves when all of it is durable; when it rejects, it is not known whether it is: nothing more may be
 *   written before the store was opened anew and loaded. Commits are made one after the other.
 * - `outbox` reads messages with `after` < seq ≤ `upTo`, ascending.
 * - `attachment` reads that of what is kept under a key.
 * - `prunable` is the newest log entry whose messages, and all before it, are acknowledged, before the first that was
 *   written between `before` and `now`: one of a clock that was behind takes nothing with it, and one of a clock that was
 *   ahead holds nothing up.
 * - Errors: `journal.unwritable`, `journal.corrupt`.
 */
export interface Store {
  load(): Promise<Snapshot>;
  commit(commit: Commit): Promise<void>;
  outbox(after: number, upTo: number, limit: number): Promise<readonly OutboxRow[]>;
  attachment(key: string): Promise<string | undefined>;
  prunable(before: number, now: number, acknowledged: number): Promise<number | undefined>;
  close(): Promise<void>;
}
