import { sha256 } from '../lib/sha256.js';
import type { LogEntry } from './books.js';
import type { Card } from './stock.js';

/** What stands before the first entry of an epoch. */
export const anchorOf = (epoch: string): string => sha256(`simkiosk ${epoch}`);

/** The hash of an entry: over everything in it and the hash before it, so that none can be changed, left out or moved. */
export function linked(entry: Omit<LogEntry, 'hash'>, previous: string): LogEntry {
  const { id, at, transaction, type, reason, state, messages, seq, ledger } = entry;
  const hash = sha256(JSON.stringify([previous, id, at, transaction, type, reason, state, messages, seq, ledger]));
  return { id, at, transaction, type, reason, state, messages, seq, ledger, hash };
}

/** Digests are numbers of so many bits in hexadecimal. */
const BITS = 256;
const DIGITS = BITS / 4;

export const EMPTY_LEDGER = '0'.repeat(DIGITS);

/** A card that moves away was weighed when it came: cards never change, only others take their place. */
const weights = new WeakMap<Card, bigint>();

function weight(card: Card): bigint {
  const known = weights.get(card);
  if (known !== undefined) return known;
  const { iccid, position, batch, location, transaction, at, read, luhn } = card;
  const hash = BigInt(`0x${sha256(JSON.stringify([iccid, position, batch, location, transaction, at, read, luhn]))}`);
  weights.set(card, hash);
  return hash;
}

/**
 * The digest of the card ledger after some cards changed: the sum of every card's SHA-256 (AdHash: Bellare and
 * Micciancio 1997), so that a move costs two hashes however many cards there are.
 */
export function relabelled(ledger: string, before: readonly Card[], after: readonly Card[]): string {
  if (before.length === 0 && after.length === 0) return ledger;
  let sum = BigInt(`0x${ledger}`);
  for (const card of before) sum -= weight(card);
  for (const card of after) sum += weight(card);
  return BigInt.asUintN(BITS, sum).toString(16).padStart(DIGITS, '0');
}
