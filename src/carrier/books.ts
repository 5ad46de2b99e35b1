import type { Answer, EventData } from '../fleet/messages.js';

export const SALE_STATUSES = ['unanswered', 'refused', 'approved', 'bound', 'active', 'void', 'uncertain'] as const;
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
  /** SIM cards that a holder has or is about to have. */
  cardsOf(pseudonym: string): Promise<number>;
  /** Whether a card is bound to a sale or live. */
  isInUse(iccid: string): Promise<boolean>;
  /** The same ask always gets the same answer. */
  answer(transaction: string, ask: Answer['ask']): Promise<Answer | undefined>;
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
