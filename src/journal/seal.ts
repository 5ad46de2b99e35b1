import { sha256 } from '../lib/sha256.js';
import { count, nullable, text, type Database } from '../lib/sqlite.js';

const NUMBERS = [
  'session',
  'lastSeq',
  'acknowledged',
  'maintenance',
  'orderInDoubt',
  'entry',
  'archivedTaken',
  'archivedRetained',
] as const;
const TEXTS = ['kiosk', 'epoch', 'head', 'ledger'] as const;

/**
 * A hash over what neither the chained log nor the digest of the ledger covers: counters, the transaction to its last
 * digit, the batches, and the hashes of what is kept besides. SQLite itself notices damage to its structure, never to a value.
 */
export async function sealOf(db: Database): Promise<string> {
  const meta = await db.get('SELECT * FROM meta');
  const state = await db.get('SELECT state FROM state');
  const batches = await db.all('SELECT id, at, cards FROM batch ORDER BY id');
  const kept = await db.all('SELECT hash FROM kept ORDER BY key');
  return sha256(
    JSON.stringify([
      ...TEXTS.map((column) => text(meta, column)),
      ...NUMBERS.map((column) => count(meta, column)),
      state ? nullable(state, 'state') : null,
      ...batches.map((batch) => [text(batch, 'id'), count(batch, 'at'), count(batch, 'cards')]),
      ...kept.map((thing) => text(thing, 'hash')),
    ]),
  );
}

/** Seals what a transaction has written, as its last act. */
export async function seal(db: Database): Promise<void> {
  await db.run('UPDATE meta SET seal = ?', await sealOf(db));
}
