import type { Answer, Ask } from '../fleet/answers.js';
import type { Anomaly, CarrierBooks, CarrierStore, Sale } from '../carrier/books.js';

const UNDER_WAY: ReadonlySet<Sale['status']> = new Set(['approved', 'bound', 'uncertain']);

/** The carrier's books in memory. */
export class MemoryCarrierStore implements CarrierStore, CarrierBooks {
  readonly sales = new Map<string, Sale>();
  readonly anomalies: Anomaly[] = [];
  /** By epoch, which no two kiosks share. */
  readonly #upTo = new Map<string, number>();
  /** Of each transaction. */
  readonly #answers = new Map<string, Map<Ask, Answer>>();
  readonly #cards = new Map<string, number>();
  /** Sales of each card. */
  readonly #bound = new Map<string, Set<string>>();
  /** Live sales of each holder. */
  readonly #live = new Map<string, Set<string>>();
  /** Sales whose card is about to be replaced, and by which sale. */
  readonly #replacing = new Map<string, string>();
  readonly #listed = new Map<string, readonly string[]>();
  /** Numbers by the sale that has them. */
  readonly #numberOf = new Map<string, string>();
  /** Numbers that are free again: the one that was given back last is the next. */
  readonly #free: string[] = [];
  #numbers = 0;

  transaction<T>(work: (books: CarrierBooks) => Promise<T>): Promise<T> {
    return work(this);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Sales and answers of visits long over are of no use to a simulation. */
  forget(transaction: string): void {
    // Its card is about to be replaced: the other sale asks for it.
    if (this.#replacing.has(transaction)) return;
    const sale = this.sales.get(transaction);
    if (sale) this.#count(sale, -1);
    this.sales.delete(transaction);
    this.#listed.delete(transaction);
    this.#answers.delete(transaction);
    void this.freeNumber(transaction);
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

  /** {@link cardsOf}, at once. */
  counted(pseudonym: string): number {
    return this.#cards.get(pseudonym) ?? 0;
  }

  cardsOf(pseudonym: string): Promise<number> {
    return Promise.resolve(this.counted(pseudonym));
  }

  activeSales(pseudonym: string): Promise<readonly Sale[]> {
    return Promise.resolve(this.#salesIn(this.#live.get(pseudonym)));
  }

  isBlocked(): Promise<boolean> {
    return Promise.resolve(false);
  }

  setBlocked(): Promise<void> {
    return Promise.resolve();
  }

  putListing(transaction: string, sales: readonly string[]): Promise<void> {
    this.#listed.set(transaction, sales);
    return Promise.resolve();
  }

  listed(transaction: string, entry: number): Promise<string | undefined> {
    return Promise.resolve(this.#listed.get(transaction)?.[entry - 1]);
  }

  isBeingReplaced(sale: string, transaction: string): Promise<boolean> {
    const by = this.#replacing.get(sale);
    return Promise.resolve(by !== undefined && by !== transaction);
  }

  /** The number that a sale has now. */
  numberOf(transaction: string): string | undefined {
    return this.#numberOf.get(transaction);
  }

  passNumber(from: string, to: string): Promise<void> {
    const number = this.#numberOf.get(from);
    if (number !== undefined) this.#numberOf.set(to, number);
    this.#numberOf.delete(from);
    return Promise.resolve();
  }

  openCase(): Promise<void> {
    return Promise.resolve();
  }

  salesOf(iccid: string): Promise<readonly Sale[]> {
    return Promise.resolve(this.#salesIn(this.#bound.get(iccid)));
  }

  answer(transaction: string, ask: Ask): Promise<Answer | undefined> {
    return Promise.resolve(this.#answers.get(transaction)?.get(ask));
  }

  putAnswer(answer: Answer): Promise<void> {
    const { transaction, ask } = answer;
    const answers = this.#answers.get(transaction) ?? new Map<Ask, Answer>();
    this.#answers.set(transaction, answers.set(ask, answer));
    return Promise.resolve();
  }

  reserveNumber(transaction: string): Promise<string | undefined> {
    const number = this.#free.pop() ?? `+8617${String((this.#numbers += 1)).padStart(9, '0')}`;
    this.#numberOf.set(transaction, number);
    return Promise.resolve(number);
  }

  freeNumber(transaction: string): Promise<void> {
    const number = this.#numberOf.get(transaction);
    if (number !== undefined) this.#free.push(number);
    this.#numberOf.delete(transaction);
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

  #count({ transaction, status, pseudonym, iccid, replaces }: Sale, by: 1 | -1): void {
    if (status === 'active' || (UNDER_WAY.has(status) && replaces === null)) {
      const cards = (this.#cards.get(pseudonym) ?? 0) + by;
      if (cards > 0) this.#cards.set(pseudonym, cards);
      else this.#cards.delete(pseudonym);
    }
    if (status === 'active') mark(this.#live, pseudonym, transaction, by > 0);
    if (replaces !== null && UNDER_WAY.has(status)) {
      if (by > 0) this.#replacing.set(replaces, transaction);
      else this.#replacing.delete(replaces);
    }
    if (iccid !== null) mark(this.#bound, iccid, transaction, by > 0);
  }

  #salesIn(transactions: ReadonlySet<string> | undefined): readonly Sale[] {
    return transactions ? [...transactions].flatMap((transaction) => this.sales.get(transaction) ?? []) : [];
  }
}

/** Whether a transaction is one of those of a holder or card. */
function mark(by: Map<string, Set<string>>, key: string, transaction: string, isOne: boolean): void {
  const transactions = by.get(key) ?? new Set<string>();
  if (isOne) by.set(key, transactions.add(transaction));
  else if (transactions.delete(transaction) && transactions.size === 0) by.delete(key);
}
