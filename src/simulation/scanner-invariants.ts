import type { ErrorCode } from '../errors.js';
import type { Commit } from '../journal/books.js';
import type { Card } from '../journal/stock.js';
import type { VirtualDisk } from './disk.js';

const REFUSED: ErrorCode = 'card.refused-repeatedly';
/** Cards in a row that may be lost to a dirty scanner. */
const MOST_REFUSED = 3;

/** What was read of a card is what the ledger says of it, and nobody is served while card after card cannot be sold. */
export class ScannerInvariants {
  readonly #disk: VirtualDisk;
  readonly #say: (sentence: string) => void;
  /** The card that was read last, and in which transaction. */
  #read: { readonly transaction: string | undefined; readonly iccid: string } | undefined;
  /** The transaction whose card is known, for the kiosk has written down what was read. */
  #known: string | undefined;
  /** Cards that could not be sold, one after the other. */
  #refused = 0;

  constructor(disk: VirtualDisk, say: (sentence: string) => void) {
    this.#disk = disk;
    this.#say = say;
  }

  /** One card after the other could not be sold, and no technician has looked at it. */
  get refusesCards(): boolean {
    return this.#refused >= MOST_REFUSED;
  }

  /** A card is read in the transport. */
  onRead(iccid: string): void {
    this.#read = { transaction: this.#disk.books.transaction?.id, iccid };
  }

  /** After it is durable. */
  afterCommit({ cards = [], transaction, entry }: Commit): void {
    if (entry?.type === 'card.identified' || entry?.type === 'technician.reset') this.#refused = 0;
    if (entry?.type === 'visit.started' && this.refusesCards)
      this.#say('a visit begins although card after card is refused');
    if (entry?.type === 'health.lost' && transaction?.faults?.includes(REFUSED) && !this.refusesCards)
      this.#say('a kiosk closes for cards that it did not refuse one after the other');
    if (entry?.type === 'card.unidentified') {
      this.#known = this.#read?.transaction;
      this.#refused += 1;
    }
    if (entry?.type === 'card.identified' && cards.some((card) => isUpForSale(card) && card.read !== this.#read?.iccid))
      this.#say('a card is to be sold, and what was read of it is not written down');
    if (entry?.type !== 'card.retained' || transaction?.id === undefined || transaction.id !== this.#known) return;
    if (cards.some(({ iccid }) => iccid !== this.#read?.iccid))
      this.#say('a card counts as retained although another one was read');
  }
}

const isUpForSale = ({ location }: Card): boolean => location === 'transport';
