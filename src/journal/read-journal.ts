import { access } from 'node:fs/promises';
import { KioskError } from '../errors.js';
import type { CardCounts } from '../fleet/messages.js';
import { count, Database, text } from '../lib/sqlite.js';
import type { Transaction } from '../transaction/transaction.js';
import { journalPaths } from './paths.js';
import { checkIntegrity, schemaVersion } from './schema.js';
import { countCards, type CardLocation } from './stock.js';
import { readTransaction } from './stored-transaction.js';

export interface LedgerCard {
  readonly iccid: string;
  readonly location: CardLocation;
  readonly transaction: string | null;
}

/** A journal as of one moment, read beside a running service. */
export interface JournalView {
  readonly kiosk: string;
  readonly epoch: string;
  readonly transaction: Transaction | undefined;
  readonly cards: CardCounts;
  /** Cards of all batches as they were loaded. */
  readonly loaded: number;
  readonly ledger: readonly LedgerCard[];
  readonly committed: number;
  readonly acknowledged: number;
  /** Sequence numbers still in the outbox, ascending. */
  readonly outbox: readonly number[];
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
      const meta = await db.get('SELECT kiosk, epoch, lastSeq, acknowledged FROM meta');
      const ledger = await db.all('SELECT iccid, location, "transaction" FROM card ORDER BY position');
      return {
        kiosk: text(meta, 'kiosk'),
        epoch: text(meta, 'epoch'),
        transaction: await readTransaction(db),
        cards: await countCards(db),
        loaded: count(await db.get('SELECT coalesce(sum(cards), 0) AS loaded FROM batch'), 'loaded'),
        ledger: ledger.map((row) => ({
          iccid: text(row, 'iccid'),
          location: text(row, 'location') as CardLocation,
          transaction: row['transaction'] === null ? null : text(row, 'transaction'),
        })),
        committed: count(meta, 'lastSeq'),
        acknowledged: count(meta, 'acknowledged'),
        outbox: (await db.all('SELECT seq FROM outbox ORDER BY seq')).map((row) => count(row, 'seq')),
      };
    });
  } finally {
    await db.close();
  }
}
