import { count, text } from '../lib/sqlite.js';
import { readingLedger } from './ledger-file.js';

/** What an audit compares with a kiosk's journal. Nothing of it is personal. */
export interface LedgerView {
  readonly kiosks: readonly { readonly kiosk: string; readonly epoch: string; readonly upTo: number }[];
  readonly sales: readonly { readonly transaction: string; readonly status: string; readonly iccid: string | null }[];
  readonly anomalies: readonly string[];
}

/** How many sales there are of each status. @throws `carrier.no-books` */
export async function countSales(dir: string): Promise<ReadonlyMap<string, number>> {
  return readingLedger(dir, async (db) => {
    const rows = await db.all('SELECT status, count(*) AS sales FROM sale GROUP BY status');
    return new Map(rows.map((row) => [text(row, 'status'), count(row, 'sales')]));
  });
}

/** Reads the books beside a running carrier. @throws `carrier.no-books`, `carrier.books-unusable` */
export async function readLedger(dir: string): Promise<LedgerView> {
  // One transaction: the three tables as of one moment.
  return readingLedger(dir, (db) =>
    db.snapshot(async () => ({
      kiosks: (await db.all('SELECT kiosk, epoch, upTo FROM kiosk')).map((row) => ({
        kiosk: text(row, 'kiosk'),
        epoch: text(row, 'epoch'),
        upTo: count(row, 'upTo'),
      })),
      sales: (await db.all('SELECT "transaction", status, iccid FROM sale')).map((row) => ({
        transaction: text(row, 'transaction'),
        status: text(row, 'status'),
        iccid: row['iccid'] === null ? null : text(row, 'iccid'),
      })),
      anomalies: (await db.all('SELECT means FROM anomaly')).map((row) => text(row, 'means')),
    })),
  );
}
