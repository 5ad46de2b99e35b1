import { KioskError } from '../errors.js';
import type { CardCounts } from '../fleet/messages.js';
import { luhnHolds, writtenForms } from '../lib/iccid.js';
import type { CardMove } from '../transaction/table.js';

export const LOCATIONS = ['stack', 'transport', 'taken', 'retained', 'uncertain'] as const;
export type CardLocation = (typeof LOCATIONS)[number];

export function isLocation(text: string): text is CardLocation {
  return (LOCATIONS as readonly string[]).includes(text);
}

/** A card in the ledger. */
export interface Card {
  readonly iccid: string;
  /** Order in which the cards leave the stack. */
  readonly position: number;
  readonly batch: string;
  readonly location: CardLocation;
  readonly transaction: string | null;
  /** When it moved last; milliseconds since the epoch. */
  readonly at: number;
  /** Exactly what was read of it, and whether its last digit is the check digit (ITU-T E.118). */
  readonly read: string | null;
  readonly luhn: boolean | null;
}

export interface Batch {
  readonly id: string;
  readonly at: number;
  /** Cards it brought, less those unloaded since. */
  readonly cards: number;
}

/** The stock ledger in memory. What changes it is planned by `moves` and friends, and applied once it is committed. */
export class Stock {
  readonly #cards = new Map<string, Card>();
  readonly #batches = new Map<string, Batch>();
  /** By position. */
  readonly #stack: Card[] = [];
  readonly #tally: Record<CardLocation, number> = { stack: 0, transport: 0, taken: 0, retained: 0, uncertain: 0 };
  #transport: Card | undefined;
  #lastPosition = 0;

  constructor(cards: readonly Card[], batches: readonly Batch[]) {
    for (const card of cards) this.#put(card);
    for (const batch of batches) this.#batches.set(batch.id, batch);
  }

  /** The card in the transport: until it is identified, the next one of the stack stands for it. */
  get transport(): Card | undefined {
    return this.#transport;
  }

  /** The stack, the next card first. */
  get stack(): readonly Card[] {
    return this.#stack;
  }

  get lastPosition(): number {
    return this.#lastPosition;
  }

  card(iccid: string): Card | undefined {
    return this.#cards.get(iccid);
  }

  /** Those of these cards that the ledger knows. */
  known(iccids: readonly string[]): readonly Card[] {
    return iccids.map((iccid) => this.#cards.get(iccid)).filter((card) => card !== undefined);
  }

  /**
   * The card that says this ICCID, under the one by which it was loaded: with or without the check digit. Where others of
   * its batch have said theirs, one that says none has lost a digit on its way here, and nobody knows which.
   */
  find(iccid: string): Card | undefined {
    const [card] = this.known(writtenForms(iccid));
    return card && this.#othersSaidMore(card, iccid.length) ? undefined : card;
  }

  /** A batch may list some cards with their check digit and some without. */
  #othersSaidMore({ batch, iccid }: Card, digits: number): boolean {
    for (const other of this.#cards.values())
      if (other.batch === batch && other.iccid.length === iccid.length && (other.read?.length ?? 0) > digits)
        return true;
    return false;
  }

  all(): IterableIterator<Card> {
    return this.#cards.values();
  }

  batch(id: string): Batch | undefined {
    return this.#batches.get(id);
  }

  batches(): readonly Batch[] {
    return [...this.#batches.values()];
  }

  counts(archived: Readonly<Record<'taken' | 'retained', number>>): CardCounts {
    const { stack: inStack, transport: inTransport, uncertain } = this.#tally;
    const taken = this.#tally.taken + archived.taken;
    const retained = this.#tally.retained + archived.retained;
    return {
      loaded: inStack + inTransport + taken + retained + uncertain,
      inStack,
      inTransport,
      taken,
      retained,
      uncertain,
    };
  }

  apply(cards: readonly Card[], removed: readonly string[], batches: readonly Batch[]): void {
    for (const iccid of removed) {
      this.#forget(iccid);
      this.#cards.delete(iccid);
    }
    for (const card of cards) {
      this.#forget(card.iccid);
      this.#put(card);
    }
    for (const batch of batches) this.#batches.set(batch.id, batch);
  }

  #forget(iccid: string): void {
    const card = this.#cards.get(iccid);
    if (!card) return;
    this.#tally[card.location] -= 1;
    if (card === this.#transport) this.#transport = undefined;
    if (card.location === 'stack') this.#stack.splice(this.#stack.indexOf(card), 1);
  }

  #put(card: Card): void {
    this.#cards.set(card.iccid, card);
    this.#tally[card.location] += 1;
    this.#lastPosition = Math.max(this.#lastPosition, card.position);
    if (card.location === 'transport') this.#transport = card;
    if (card.location !== 'stack') return;
    // Almost always the front (put back) or the end (a refill).
    const first = this.#stack[0];
    if (first && card.position < first.position) this.#stack.unshift(card);
    else {
      let at = this.#stack.length;
      while (at > 0 && (this.#stack[at - 1]?.position ?? 0) > card.position) at -= 1;
      this.#stack.splice(at, 0, card);
    }
  }
}

/**
 * What a move changes in the ledger. Until the card in the transport is identified, the next one of the stack stands for
 * it; once `iccid` is known, the two change places. A card that nobody knows of (a stack fuller than its ledger) moves nothing.
 * @throws `card.unknown` when the identified card is not in the stack
 */
export function moves(stock: Stock, move: CardMove, what: Moved): readonly Card[] {
  const { at, transaction, iccid, read } = what;
  const { transport: held } = stock;
  if (move === 'stack') return held ? [back(held, at)] : [];
  if (move !== 'transport') return held ? [moved(held, move, held.transaction, at)] : [];
  const staged = (card: Card): Card => moved(card, 'transport', transaction, at, read);
  if (iccid === undefined) {
    const [next] = stock.stack;
    return held || !next ? [] : [staged(next)];
  }
  if (held?.iccid === iccid) return [staged(held)];
  const found = stock.card(iccid);
  if (found?.location !== 'stack') throw new KioskError('card.unknown', `…${iccid.slice(-4)}`);
  return held ? [back(held, at), staged(found)] : [staged(found)];
}

/** When and for whom a card moves, and what is known of it. */
export interface Moved {
  readonly at: number;
  readonly transaction: string | null;
  readonly iccid?: string | undefined;
  readonly read?: string | undefined;
}

/** In the stack again, where it was. */
export const back = (card: Card, at: number): Card => moved(card, 'stack', null, at);

function moved(card: Card, location: CardLocation, transaction: string | null, at: number, said?: string): Card {
  const { iccid, position, batch } = card;
  const { read, luhn } = said === undefined ? card : { read: said, luhn: luhnHolds(said) };
  return { iccid, position, batch, location, transaction, at, read, luhn };
}

const FRESH = { transaction: null, read: null, luhn: null } as const;

/** The cards of a refill, behind what is still in the stack; cards that the ledger knows do not count again. */
export function refill(stock: Stock, batch: string, iccids: readonly string[], at: number): readonly Card[] {
  return iccids
    .filter((iccid) => !stock.card(iccid))
    .map((iccid, index): Card => {
      return { iccid, position: stock.lastPosition + 1 + index, batch, location: 'stack', ...FRESH, at };
    });
}

/** Every card out of the stack: the ledger knows them no more until they are loaded again. */
export function unloading(stock: Stock): { readonly removed: readonly string[]; readonly batches: readonly Batch[] } {
  const removed = stock.stack.map(({ iccid }) => iccid);
  const batches = new Map<string, Batch>();
  for (const { batch: id } of stock.stack) {
    const batch = batches.get(id) ?? stock.batch(id);
    if (batch) batches.set(id, { ...batch, cards: batch.cards - 1 });
  }
  return { removed, batches: [...batches.values()] };
}
