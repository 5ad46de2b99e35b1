import type { PanelInput, Screen } from '../contracts/panel.js';
import { masked } from '../carrier/numbers.js';
import type { KioskEvent } from '../fleet/messages.js';
import type { Sale } from '../carrier/books.js';
import type { CardLocation } from '../journal/stock.js';
import type { MemoryCarrierStore } from './carrier-books.js';
import type { VirtualDisk } from './disk.js';
import { HOLDER_LIMIT } from './network.js';

type Numbers = NonNullable<Screen['numbers']>;

/** The number is this sale's, promised or live. */
const HAS_NUMBER: ReadonlySet<Sale['status']> = new Set(['approved', 'bound', 'uncertain', 'active']);

/** Every sale is that of its holder, number, approval and card. */
export class SaleInvariants {
  readonly #disk: VirtualDisk;
  readonly #carrier: MemoryCarrierStore;
  readonly #say: (sentence: string) => void;
  /** Holders by their pseudonyms. */
  readonly #holders = new Map<string, number>();
  /** Sales whose card was replaced by one that was taken. */
  readonly #dead = new Set<string>();
  /** Numbers on the screen. */
  #listed: Numbers = [];
  /** Which of them was touched, by transaction. */
  readonly #touched = new Map<string, Numbers[number]>();

  constructor(disk: VirtualDisk, carrier: MemoryCarrierStore, say: (sentence: string) => void) {
    this.#disk = disk;
    this.#carrier = carrier;
    this.#say = say;
  }

  onListed(numbers: Numbers): void {
    this.#listed = numbers;
  }

  onInput(input: PanelInput): void {
    const { id = '' } = this.#disk.books.transaction ?? {};
    const touched = 'entry' in input && this.#listed.find(({ entry }) => entry === input.entry);
    if (touched) this.#touched.set(id, touched);
  }

  /** @param holder who is served, when it is the visit under way */
  onTaken({ type, data }: KioskEvent, holder: number | undefined): void {
    if (type === 'card.settled' && data.fate !== 'stack') this.#lookAtFate(data.iccid, data.fate);
    if (type === 'number.dispute' && data.entry !== this.#touched.get(data.transaction)?.entry)
      this.#say('another number is disputed than the one that was touched');
    const sale = this.#carrier.sales.get('transaction' in data ? (data.transaction ?? '') : '');
    if (!sale) return;
    const { transaction, pseudonym, number } = sale;
    if ('approval' in data && data.approval !== undefined && data.approval !== sale.approval)
      this.#say(`${type} names the approval of another sale`);
    const card =
      'iccid' in data && data.iccid !== undefined && type !== 'card.settled'
        ? this.#disk.books.stock.card(data.iccid)
        : undefined;
    if (card && card.transaction !== transaction) this.#say(`${type} names the card of another sale`);
    const isTaken = type === 'sale.taken' || (type === 'card.settled' && data.fate === 'taken');
    if (isTaken && sale.status !== 'active') this.#say('a card was taken, and its number is not live');
    if (this.#carrier.counted(pseudonym) > HOLDER_LIMIT) this.#say('a holder has more numbers than allowed');
    if (type === 'sale.authorise') {
      if ((this.#holders.get(pseudonym) ?? holder) !== holder && holder !== undefined)
        this.#say('two holders have the same pseudonym');
      if (holder !== undefined) this.#holders.set(pseudonym, holder);
      const touched = this.#touched.get(transaction);
      if (touched && number !== null && masked(number) !== touched.masked)
        this.#say('another number gets a new card than the one that was touched');
    }
    this.#lookAtNumber(sale);
    this.#lookAtReplaced(sale);
  }

  /** A transaction is long over. */
  forget(transaction: string): void {
    this.#dead.delete(transaction);
    this.#touched.delete(transaction);
  }

  #lookAtFate(iccid: string, fate: CardLocation): void {
    const card = this.#disk.books.stock.card(iccid);
    if (card && card.location !== fate)
      this.#say(`a card was settled as ${card.location}, and the carrier hears ${fate}`);
  }

  /** Nobody else is given a number that is promised or live, and everybody one that is not any more. */
  #lookAtNumber({ transaction, status, number, replaces }: Sale): void {
    const has = this.#carrier.numberOf(transaction);
    const isIts = HAS_NUMBER.has(status) && (replaces === null || status === 'active');
    if (isIts && has !== number) this.#say('a number is free that is promised to somebody, or live');
    if (!isIts && has !== undefined) this.#say('a number that nobody uses is not free');
  }

  /** A card is dead from the moment in which the one in its place was taken. */
  #lookAtReplaced({ replaces, status, number }: Sale): void {
    const old = replaces === null ? undefined : this.#carrier.sales.get(replaces);
    if (!old) return;
    const isDead = old.status === 'replaced';
    if (status === 'active') {
      this.#dead.add(old.transaction);
      if (!isDead) this.#say('a card outlives the one in its place');
      if (old.number !== number) this.#say('a new card has another number than the one that it replaces');
    } else if (isDead && !this.#dead.has(old.transaction))
      this.#say('a card is dead before the one in its place was taken');
  }
}
