import type { Answer, Ask } from '../fleet/answers.js';
import type { EventData } from '../fleet/messages.js';

export const SALE_STATUSES = [
  ...(['unanswered', 'refused', 'approved', 'bound', 'active'] as const),
  /** Its number is live on another card: this one is dead. */
  'replaced',
  'void',
  'uncertain',
] as const;
export type SaleStatus = (typeof SALE_STATUSES)[number];

/** One sale in the carrier's books. Nothing of it leads back to a person without the carrier's key. */
export interface Sale {
  readonly transaction: string;
  readonly kiosk: string;
  readonly status: SaleStatus;
  readonly pseudonym: string;
  /** The holder's identity as it came: sealed to the carrier. */
  readonly holder: string;
  readonly approval: string | null;
  /** E.164. */
  readonly number: string | null;
  readonly iccid: string | null;
  /** The sale whose card this one takes the place of, once it is taken. */
  readonly replaces: string | null;
}

/** Somebody says that a number in their name is not theirs. */
export interface Case {
  readonly reference: string;
  readonly kiosk: string;
  readonly transaction: string;
  /** The sale by which the number came into their name. */
  readonly sale: string;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
}

export interface Anomaly {
  readonly kiosk: string;
  readonly epoch: string;
  readonly seq: number;
  readonly means: string;
}

/** The carrier's books inside one transaction: what is read is what was written before, and all of it is committed or nothing. */
export interface CarrierBooks {
  /** The last event of a kiosk's epoch that took effect; 0 before the first. */
  upTo(kiosk: string, epoch: string): Promise<number>;
  /** @param digest of the event, to be told from another one with its number */
  setUpTo(kiosk: string, epoch: string, seq: number, digest: string | undefined): Promise<void>;
  /** The digest of an event that took effect; undefined when it is too long ago. */
  digest(kiosk: string, epoch: string, seq: number): Promise<string | undefined>;
  sale(transaction: string): Promise<Sale | undefined>;
  putSale(sale: Sale): Promise<void>;
  /** Numbers that a holder has or is about to have. */
  cardsOf(pseudonym: string): Promise<number>;
  /** Sales whose number is live in the holder's name, by number. */
  activeSales(pseudonym: string): Promise<readonly Sale[]>;
  isBlocked(pseudonym: string): Promise<boolean>;
  setBlocked(pseudonym: string, blocked: boolean, at: number): Promise<void>;
  /** The sales behind the numbers that were listed in a transaction, in this order. */
  putListing(transaction: string, sales: readonly string[]): Promise<void>;
  /** @param entry from 1 */
  listed(transaction: string, entry: number): Promise<string | undefined>;
  /** Whether another transaction than this one has a new card for the number of a sale on its way. */
  isBeingReplaced(sale: string, transaction: string): Promise<boolean>;
  /** The number of one sale is that of another one now. */
  passNumber(from: string, to: string): Promise<void>;
  openCase(opened: Case): Promise<void>;
  /** Sales that a card is bound to, or was. */
  salesOf(iccid: string): Promise<readonly Sale[]>;
  /** The same ask always gets the same answer. */
  answer(transaction: string, ask: Ask): Promise<Answer | undefined>;
  putAnswer(answer: Answer): Promise<void>;
  /** @returns a free number, now reserved for the transaction; undefined when there is none */
  reserveNumber(transaction: string): Promise<string | undefined>;
  freeNumber(transaction: string): Promise<void>;
  /** The kiosk says how a command ended, or what became of settings. */
  endCommand(kiosk: string, end: EventData<'command.ended'>): Promise<void>;
  endConfig(kiosk: string, end: EventData<'config.changed'>): Promise<void>;
  note(anomaly: Anomaly): Promise<void>;
}

export interface CarrierStore {
  /** One at a time. Resolves when it is durable; when `work` rejects, nothing of it happened. */
  transaction<T>(work: (books: CarrierBooks) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
