import type { Answer } from '../fleet/messages.js';
import type { Anomaly, CarrierBooks, CarrierStore, Sale } from '../carrier/books.js';

const COUNTED: ReadonlySet<Sale['status']> = new Set(['approved', 'bound', 'active', 'uncertain']);

/** The carrier's books in memory. */
export class MemoryCarrierStore implements CarrierStore, CarrierBooks {
  readonly sales = new Map<string, Sale>();
  readonly anomalies: Anomaly[] = [];
  /** By epoch, which no two kiosks share. */
  readonly #upTo = new Map<string, number>();
  readonly #answers = new Map<string, Answer>();
  readonly #cards = new Map<string, number>();
  readonly #inUse = new Set<string>();
  #numbers = 0;

  transaction<T>(work: (books: CarrierBooks) => Promise<T>): Promise<T> {
    return work(this);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Sales and answers of visits long over are of no use to a simulation. */
  forget(transaction: string): void {
    const sale = this.sales.get(transaction);
    if (sale) this.#count(sale, -1);
    this.sales.delete(transaction);
    this.#answers.delete(`${transaction} sale.authorise`);
    this.#answers.delete(`${transaction} sale.bind`);
  }

  confirmed(epoch: string): number {
    return this.#upTo.get(epoch) ?? 0;
  }

  upTo(_kiosk: string, epoch: string): Promise<number> {
    return Promise.resolve(this.confirmed(epoch));
  }

  setUpTo(_kiosk: string, epoch: string, seq: number): Promise<void> {
    this.#upTo.set(epoch, seq);
    return Promise.resolve();
  }

  digest(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  sale(transaction: string): Promise<Sale | undefined> {
    return Promise.resolve(this.sales.get(transaction));
  }

  putSale(sale: Sale): Promise<void> {
    const old = this.sales.get(sale.transaction);
    if (old) this.#count(old, -1);
    this.sales.set(sale.transaction, sale);
    this.#count(sale, 1);
    return Promise.resolve();
  }

  cardsOf(pseudonym: string): Promise<number> {
    return Promise.resolve(this.#cards.get(pseudonym) ?? 0);
  }

  isInUse(iccid: string): Promise<boolean> {
    return Promise.resolve(this.#inUse.has(iccid));
  }

  answer(transaction: string, ask: Answer['ask']): Promise<Answer | undefined> {
    return Promise.resolve(this.#answers.get(`${transaction} ${ask}`));
  }

  putAnswer(answer: Answer): Promise<void> {
    this.#answers.set(`${answer.transaction} ${answer.ask}`, answer);
    return Promise.resolve();
  }

  reserveNumber(): Promise<string | undefined> {
    this.#numbers += 1;
    return Promise.resolve(`+8617${String(this.#numbers).padStart(9, '0')}`);
  }

  freeNumber(): Promise<void> {
    return Promise.resolve();
  }

  note(anomaly: Anomaly): Promise<void> {
    this.anomalies.push(anomaly);
    return Promise.resolve();
  }

  endCommand(): Promise<void> {
    return Promise.resolve();
  }

  endConfig(): Promise<void> {
    return Promise.resolve();
  }

  #count({ status, pseudonym, iccid }: Sale, by: number): void {
    if (COUNTED.has(status)) {
      const cards = (this.#cards.get(pseudonym) ?? 0) + by;
      if (cards > 0) this.#cards.set(pseudonym, cards);
      else this.#cards.delete(pseudonym);
    }
    if (iccid === null || (status !== 'bound' && status !== 'active')) return;
    if (by > 0) this.#inUse.add(iccid);
    else this.#inUse.delete(iccid);
  }
}
