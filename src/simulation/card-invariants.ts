import type { Commit, LogEntry } from '../journal/books.js';
import type { Card, CardLocation } from '../journal/stock.js';
import type { VirtualDisk } from './disk.js';
import type { Machine } from './machine.js';

/** What has to have happened before anybody may say so: whoever has seen nothing does not know where a card is. */
const SEEN: Readonly<Partial<Record<CardLocation, ReadonlySet<string>>>> = {
  taken: new Set(['card.taken', 'card.settled']),
  retained: new Set(['card.retained', 'card.settled']),
};

/** By which the ledger gets nearer to what is there. */
const CORRECTS: ReadonlySet<string> = new Set(['card.settled', 'card.unidentified', 'technician.stock-unload']);

/** So often is enough in so many milliseconds. */
const MOST_TRIES = 5;
const TRIES_MS = 60_000;

/** Every card is where the ledger says, and counts once: a ledger of its own, made of the same commits. */
export class CardInvariants {
  readonly #disk: VirtualDisk;
  readonly #machine: Machine;
  readonly #say: (sentence: string) => void;
  readonly #cards = new Map<string, Card>();
  readonly #tally: Record<CardLocation, number> = { stack: 0, transport: 0, taken: 0, retained: 0, uncertain: 0 };
  #loaded = 0;
  /** How many cards each refill has brought. */
  readonly #brought = new Map<string, number>();
  /** How often a card was looked for since a time; wall clock, milliseconds. */
  #tries = 0;
  #triedSince = 0;
  #inDoubt = false;
  /** Cards that the ledger has in the stack and that are not there, and whether that may have come to light since. */
  #missing = 0;
  #isCorrected = false;
  /** Where the card of each transaction is. */
  readonly #cardOf = new Map<string, CardLocation>();
  /** Transactions during which a sensor lied: their cards may be elsewhere than anybody could know. */
  readonly #excused = new Set<string>();

  constructor(disk: VirtualDisk, machine: Machine, say: (sentence: string) => void) {
    this.#disk = disk;
    this.#machine = machine;
    this.#say = say;
  }

  isExcused(transaction: string): boolean {
    return this.#excused.has(transaction);
  }

  /** Its card is one whose fate a technician, or the kiosk itself, can still find out. */
  isInDoubt(transaction: string): boolean {
    const location = this.#cardOf.get(transaction);
    return location === 'transport' || location === 'uncertain';
  }

  /** A transaction is long over. */
  forget(transaction: string): void {
    this.#excused.delete(transaction);
    this.#cardOf.delete(transaction);
  }

  /** @param seen every card that has moved since the last visit began */
  nextVisit(seen: boolean): void {
    const missing = this.#disk.books.cards.inStack - this.#machine.count('stack');
    if (seen && !this.#isCorrected && missing !== this.#missing)
      this.#say('the stack holds other than the ledger says, and every card that moved was seen');
    this.#missing = missing;
    this.#isCorrected = false;
  }

  /** After it is durable. */
  afterCommit({ cards = [], removed = [], batches = [], transaction, entry }: Commit): void {
    const id = (transaction ?? this.#disk.books.transaction)?.id;
    if (this.#machine.hasLied && id !== undefined) this.#excused.add(id);
    if (entry) this.#lookAtTries(entry);
    // A card that is nobody's may be one that counts as uncertain.
    const isNobodys = entry?.type === 'media.checked' && transaction?.id === undefined;
    if (isNobodys || CORRECTS.has(entry?.type ?? '')) this.#isCorrected = true;
    for (const card of cards) this.#place(card, entry?.type ?? '');
    if (entry?.type === 'card.staged') this.#lookAtOrder(cards);
    if (entry) this.#lookAtDoubt(entry, cards);
    if (entry?.type === 'technician.stock-unload') this.#unload(removed);
    else if (removed.length > 0) this.#prune(removed);
    for (const { id: batch, cards: counted } of batches)
      if (counted !== this.#brought.get(batch))
        this.#say(`${counted} cards are counted of a refill that brought others`);
    const { loaded, inStack, inTransport, taken, retained, uncertain } = this.#disk.books.cards;
    const tally = this.#tally;
    if (loaded !== this.#loaded || loaded !== inStack + inTransport + taken + retained + uncertain)
      this.#say(`${this.#loaded} cards were loaded, the ledger has ${loaded}`);
    const inside = inStack === tally.stack && inTransport === tally.transport;
    if (!inside || taken !== tally.taken || retained !== tally.retained || uncertain !== tally.uncertain)
      this.#say('the counts are not those of the ledger');
  }

  #place(card: Card, because: string): void {
    const { iccid, location, batch } = card;
    this.#compare(card);
    if (card.transaction !== null) this.#cardOf.set(card.transaction, location);
    if (SEEN[location]?.has(because) === false) this.#say(`${because} is no reason to say that a card is ${location}`);
    const old = this.#cards.get(iccid);
    if (old) this.#tally[old.location] -= 1;
    else {
      this.#loaded += 1;
      this.#brought.set(batch, (this.#brought.get(batch) ?? 0) + 1);
    }
    this.#cards.set(iccid, card);
    this.#tally[location] += 1;
  }

  /** What is written down about a card and where it really is. */
  #compare({ iccid, location, transaction }: Card): void {
    const { hasLied, hasDoubled } = this.#machine;
    if (hasLied || this.#excused.has(transaction ?? '')) return;
    const isTaken = this.#machine.place(iccid) === 'taken';
    if (location === 'taken' && !isTaken) this.#say('a card counts as taken that is still in the machine');
    if ((location === 'retained' || location === 'stack') && isTaken && !hasDoubled)
      this.#say(`a card counts as ${location === 'stack' ? 'in the stack' : location} that was taken`);
  }

  /** Until it is read, the next card of the ledger stands for the one in the transport: the first that was put in. */
  #lookAtOrder(cards: readonly Card[]): void {
    const [next] = this.#disk.books.stock.stack;
    for (const { iccid, location } of cards)
      if (location === 'transport' && next && next.iccid < iccid)
        this.#say('a card leaves the stack by the ledger before those that were put in earlier');
  }

  /** A card that nobody waits for and that does not move is let be for a while. */
  #lookAtTries({ type, at }: LogEntry): void {
    if (type === 'media.checked') this.#tries += 1;
    else if (type === 'card.retained' || type === 'visit.started' || at - this.#triedSince > TRIES_MS) {
      this.#tries = 0;
      this.#triedSince = at;
    }
    if (this.#tries > MOST_TRIES) this.#say('a card that does not move is tried again and again');
  }

  /** Whoever does not know where a card is does not know either which one comes next, until the stack is counted. */
  #lookAtDoubt({ type }: LogEntry, cards: readonly Card[]): void {
    const { meta, cards: counts } = this.#disk.books;
    const isCounted =
      type === 'technician.stock-unload' ||
      (type === 'technician.stock-count' && this.#machine.count('stack') === counts.inStack);
    const arises = type === 'security.tamper' || cards.some(({ location }) => location === 'uncertain');
    if ((arises || (this.#inDoubt && !isCounted)) && !meta.orderInDoubt)
      this.#say('nobody doubts the order of the stack any more, and nobody has counted it');
    if (isCounted && meta.orderInDoubt) this.#say('the order of a stack is in doubt that was just counted');
    this.#inDoubt = meta.orderInDoubt;
  }

  /** Nothing is left in the stack, and what was in it does not count any more until it is loaded again. */
  #unload(removed: readonly string[]): void {
    for (const iccid of removed) {
      const card = this.#cards.get(iccid);
      if (card?.location !== 'stack') this.#say('a card is unloaded that is not in the stack');
      if (!this.#cards.delete(iccid) || !card) continue;
      this.#loaded -= 1;
      this.#tally[card.location] -= 1;
      this.#brought.set(card.batch, (this.#brought.get(card.batch) ?? 0) - 1);
    }
    if (this.#disk.books.cards.inStack > 0) this.#say('a stack that was unloaded still counts as filled');
  }

  /** A batch that is loaded again must not bring back what was sold of it. */
  #prune(removed: readonly string[]): void {
    const present = new Set<string>();
    for (const { location, batch } of this.#cards.values()) if (!SEEN[location]) present.add(batch);
    if (removed.some((iccid) => present.has(this.#cards.get(iccid)?.batch ?? '')))
      this.#say('a card is forgotten while others of its batch are in the machine');
    // They still count.
    for (const iccid of removed) if (this.#cards.delete(iccid)) this.#machine.forget(iccid);
  }
}
