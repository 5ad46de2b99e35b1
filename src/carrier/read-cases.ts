import { count, nullable, text } from '../lib/sqlite.js';
import type { Case } from './books.js';
import { readingLedger } from './ledger-file.js';

/** A number that its holder says is not theirs, as whoever looks into it needs it. */
export interface CaseView extends Case {
  readonly number: string | null;
}

/**
 * Every case that holders have opened, the oldest first; a running carrier may write meanwhile.
 * @throws `carrier.no-books`
 */
export async function readCases(dir: string): Promise<readonly CaseView[]> {
  return readingLedger(dir, async (db) => {
    const rows = await db.all(
      `SELECT reference, dispute.kiosk, dispute."transaction", sale, openedAt, number FROM dispute
       LEFT JOIN sale ON sale."transaction" = dispute.sale ORDER BY openedAt, reference`,
    );
    return rows.map((row) => ({
      reference: text(row, 'reference'),
      kiosk: text(row, 'kiosk'),
      transaction: text(row, 'transaction'),
      sale: text(row, 'sale'),
      openedAt: count(row, 'openedAt'),
      number: nullable(row, 'number'),
    }));
  });
}
