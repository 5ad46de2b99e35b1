import { KioskError } from '../errors.js';
import type { CardCounts, Fate } from '../fleet/messages.js';
import type { CardMove } from '../transaction/table.js';
import { luhnHolds, writtenForms } from '../lib/iccid.js';
import { count, text, type Database } from '../lib/sqlite.js';

export const LOCATIONS = ['stack', 'transport', 'taken', 'retained', 'uncertain'] as const;
export type CardLocation = (typeof LOCATIONS)[number];

/** Where the cards are. Read inside the transaction that moved one. */
export async function countCards(db: Database): Promise<CardCounts> {
  const rows = await db.all('SELECT location, count(*) AS cards FROM card GROUP BY location');
  const at = new Map(rows.map((row) => [text(row, 'location'), count(row, 'cards')]));
  const [inStack = 0, inTransport = 0, taken = 0, retained = 0, uncertain = 0] = LOCATIONS.map(
    (location) => at.get(location) ?? 0,
  );
  return {
    loaded: inStack + inTransport + taken + retained + uncertain,
    inStack,
    inTransport,
    taken,
    retained,
    uncertain,
  };
}

/**
 * Moves a card in the ledger. Until the card in the transport is identified, the next one of the stack stands for it;
 * once `iccid` is known, the two change places.
 */
export async function moveCard(
  db: Database,
  move: CardMove,
  transaction: string | null,
  iccid?: string,
): Promise<void> {
  if (move === 'stack') {
    await db.run(`UPDATE card SET location = 'stack', "transaction" = NULL WHERE location = 'transport'`);
    return;
  }
  if (move !== 'transport') {
    await db.run(`UPDATE card SET location = ? WHERE location = 'transport'`, move);
    return;
  }
  if (iccid === undefined) {
    const held = await db.get(`SELECT iccid FROM card WHERE location = 'transport'`);
    if (!held)
      await stage(db, transaction, `SELECT iccid FROM card WHERE location = 'stack' ORDER BY position LIMIT 1`);
    return;
  }
  await moveCard(db, 'stack', transaction);
  const staged = await stage(db, transaction, `SELECT ? AS iccid`, iccid);
  if (staged !== 1) throw new KioskError('card.unknown', `…${iccid.slice(-4)}`);
}

/** A card that nobody knows of (a stack fuller than its ledger) moves nothing. */
function stage(db: Database, transaction: string | null, which: string, ...iccid: readonly string[]): Promise<number> {
  return db.run(
    `UPDATE card SET location = 'transport', "transaction" = ? WHERE location = 'stack' AND iccid = (${which})`,
    transaction,
    ...iccid,
  );
}

export interface FoundCard {
  /** As it was loaded. */
  readonly iccid: string;
  readonly location: CardLocation;
}

/** The card whose ICCID this is, whether or not the list that it came with has the check digit. */
export async function findCard(db: Database, iccid: string): Promise<FoundCard | undefined> {
  const row = await db.get(
    `SELECT card.iccid, location FROM card JOIN json_each(?) AS form ON card.iccid = form.value ORDER BY form.key LIMIT 1`,
    JSON.stringify(writtenForms(iccid)),
  );
  return row && { iccid: text(row, 'iccid'), location: text(row, 'location') as CardLocation };
}

/** Keeps what was read of a card, exactly, and whether its last digit is the check digit (ITU-T E.118). */
export async function noteReading(db: Database, iccid: string, read: string): Promise<void> {
  await db.run('UPDATE card SET read = ?, luhn = ? WHERE iccid = ?', read, luhnHolds(read) ? 1 : 0, iccid);
}

/** Takes every card out of the stack: the ledger knows them no more until they are loaded again. @returns how many */
export async function removeStack(db: Database): Promise<number> {
  const removed = await db.run(`DELETE FROM card WHERE location = 'stack'`);
  await db.run('UPDATE batch SET cards = (SELECT count(*) FROM card WHERE card.batch = batch.id)');
  return removed;
}

/** What became of an uncertain card. @throws `control.unknown-card` */
export async function settleCard(db: Database, iccid: string, fate: Fate): Promise<string | undefined> {
  const row = await db.get(`SELECT "transaction" FROM card WHERE iccid = ? AND location = 'uncertain'`, iccid);
  if (!row) throw new KioskError('control.unknown-card', `…${iccid.slice(-4)}`);
  const transaction = row['transaction'] === null ? undefined : text(row, 'transaction');
  if (fate === 'taken' && transaction === undefined)
    throw new KioskError('control.unknown-card', `…${iccid.slice(-4)} belongs to no sale: it was not sold`);
  await db.run('UPDATE card SET location = ? WHERE iccid = ?', fate, iccid);
  return transaction;
}

/** Adds the cards of a refill behind what is still in the stack. @returns how many are new to the ledger */
export async function addCards(db: Database, batch: string, iccids: readonly string[]): Promise<number> {
  const position = count(await db.get('SELECT coalesce(max(position), 0) AS last FROM card'), 'last');
  return db.run(
    `INSERT OR IGNORE INTO card (iccid, position, batch, location)
     SELECT value, ? + 1 + key, ?, 'stack' FROM json_each(?) WHERE true`,
    position,
    batch,
    JSON.stringify(iccids),
  );
}
