import { access } from 'node:fs/promises';
import { KioskError } from '../errors.js';
import type { CardCounts } from '../fleet/messages.js';
import { count, Database, text } from '../lib/sqlite.js';
import type { Transaction } from '../transaction/transaction.js';
import { Books, type LogEntry, type Snapshot } from './books.js';
import { EMPTY_LEDGER, linked, relabelled } from './chain.js';
import { journalPaths } from './paths.js';
import { checkIntegrity, schemaVersion } from './schema.js';
import { entryOf, readSnapshot } from './sqlite-store.js';
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

/** @throws `journal.missing`, `journal.corrupt`, `journal.too-new` */
export async function readJournal(dir: string): Promise<JournalView> {
  const { file } = journalPaths(dir);
  await access(file).catch((cause: unknown) => {
    throw new KioskError('journal.missing', dir, { cause });
  });
  const db = await Database.open(file, 'read');
  try {
    return await db.snapshot(async () => {
      await checkIntegrity(db);
      await schemaVersion(db);
      const snapshot = await readSnapshot(db);
      const anchor = text(await db.get('SELECT anchor FROM meta'), 'anchor');
      const log = (await db.all('SELECT * FROM log ORDER BY id')).map(entryOf);
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
        tampering: tampering(snapshot, anchor, log),
      };
    });
  } finally {
    await db.close();
  }
}

/** Recomputes the chain from its anchor, and the digest of the ledger. */
function tampering({ meta, cards }: Snapshot, anchor: string, log: readonly LogEntry[]): readonly string[] {
  const broken = log.find((entry, index) => linked(entry, log[index - 1]?.hash ?? anchor).hash !== entry.hash);
  const last = log.at(-1);
  return [
    ...(broken ? [`the audit log was changed at entry ${broken.id}`] : []),
    ...(last && last.id !== meta.entry ? [`the audit log ends at entry ${last.id} instead of ${meta.entry}`] : []),
    ...((last?.hash ?? anchor) === meta.head ? [] : ['the end of the audit log is not the one on record']),
    ...(relabelled(EMPTY_LEDGER, [], cards) === meta.ledger ? [] : ['the card ledger was changed beside the program']),
    ...(last && last.ledger !== meta.ledger ? ['the card ledger is not the one that the audit log ends with'] : []),
  ];
}
