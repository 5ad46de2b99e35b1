import { access } from 'node:fs/promises';
import { KioskError } from '../errors.js';
import type { CardCounts } from '../fleet/messages.js';
import { count, Database } from '../lib/sqlite.js';
import type { Transaction } from '../transaction/transaction.js';
import { Books } from './books.js';
import { examine } from './examine.js';
import { insistOnContent } from './inspect.js';
import { readLastWord } from './last-word.js';
import { journalPaths } from './paths.js';
import { checkIntegrity, schemaVersion } from './schema.js';
import { readSnapshot } from './sqlite-store.js';
import type { Card } from './stock.js';

/** A journal as of one moment, read beside a running service. */
export interface JournalView {
  readonly kiosk: string;
  readonly epoch: string;
  readonly transaction: Transaction | undefined;
  readonly cards: CardCounts;
  /** Cards of all batches as they were loaded. */
  readonly loaded: number;
  readonly ledger: readonly Card[];
  readonly committed: number;
  readonly acknowledged: number;
  /** Sequence numbers still in the outbox, ascending. */
  readonly outbox: readonly number[];
  /** Hash of the newest log entry: what the last messages carry. */
  readonly head: string;
  /** What does not fit in the chained log and the ledger: somebody changed the file. */
  readonly tampering: readonly string[];
}

const NOT_THERE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR']);

/** @throws `journal.missing`, `journal.corrupt`, `journal.too-new`, `journal.unwritable` when it may not be read */
export async function readJournal(dir: string): Promise<JournalView> {
  const { file, lastWord } = journalPaths(dir);
  await access(file).catch((cause: unknown) => {
    const isMissing = NOT_THERE.has((cause as NodeJS.ErrnoException).code);
    throw new KioskError(isMissing ? 'journal.missing' : 'journal.unwritable', dir, { cause });
  });
  // Before the journal itself: whatever it names is in there already.
  const word = await readLastWord(lastWord);
  await insistOnContent(file);
  return Database.reading(file, (db) =>
    db.snapshot(async () => {
      await checkIntegrity(db);
      await schemaVersion(db);
      const snapshot = await readSnapshot(db);
      const { kiosk, epoch, meta, transaction, cards: ledger, batches } = snapshot;
      return {
        kiosk,
        epoch,
        transaction,
        cards: new Books(snapshot).cards,
        loaded: batches.reduce((sum, { cards }) => sum + cards, 0),
        ledger,
        committed: meta.lastSeq,
        acknowledged: meta.acknowledged,
        outbox: (await db.all('SELECT seq FROM outbox ORDER BY seq')).map((row) => count(row, 'seq')),
        head: meta.head,
        tampering: await examine(db, snapshot, word),
      };
    }),
  );
}

/** The latest time of anything in a journal; 0 when there is none to be read. Milliseconds since the epoch. */
export async function newestEntry(dir: string): Promise<number> {
  try {
    return await Database.reading(journalPaths(dir).file, async (db) =>
      count(await db.get('SELECT coalesce(max(at), 0) AS at FROM log'), 'at'),
    );
  } catch (error) {
    if (error instanceof KioskError) return 0;
    throw error;
  }
}
