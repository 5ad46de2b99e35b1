import type { Answer, NumberList } from '../fleet/answers.js';
import type { EventData, VisitKey } from '../fleet/messages.js';
import type { ErrorCode } from '../errors.js';
import type { CarrierBooks, Sale } from './books.js';
import { refused, refusedAtOnce, type Circumstances } from './rules.js';

/** Seals to the key of one visit. */
export type Sealer = (plain: unknown, key: VisitKey) => Promise<string>;

/** Would this holder be served? Reserves nothing: the rules are asked again with the ask itself. @returns undefined when silent */
export async function check(
  books: CarrierBooks,
  { transaction, service, deadline }: EventData<'holder.check'>,
  pseudonym: string,
  circumstances: Circumstances,
): Promise<Answer | undefined> {
  if (circumstances.rules.policy === 'silent') return undefined;
  const reason =
    refusedAtOnce(deadline, circumstances) ??
    (await objection(books, service, pseudonym, circumstances.rules.holderLimit));
  return reason
    ? refused('holder.check', transaction, reason)
    : { ask: 'holder.check', transaction, decision: 'approved' };
}

/** Why a holder is not served. Whoever is blocked may still ask which numbers stand in their name. */
export async function objection(
  books: CarrierBooks,
  service: string,
  pseudonym: string,
  holderLimit: number,
): Promise<ErrorCode | undefined> {
  if (service === 'my-numbers') return undefined;
  if (await books.isBlocked(pseudonym)) return 'carrier.blocked';
  if (service === 'replace-sim')
    return (await books.activeSales(pseudonym)).length === 0 ? 'carrier.no-numbers' : undefined;
  return (await books.cardsOf(pseudonym)) >= holderLimit ? 'carrier.holder-limit' : undefined;
}

/** The numbers in the holder's name, masked, for the eyes of this visit alone. */
export async function list(
  books: CarrierBooks,
  { transaction, service, deadline, key }: EventData<'numbers.list'>,
  pseudonym: string,
  circumstances: Circumstances,
  seal: Sealer,
): Promise<Answer | undefined> {
  if (circumstances.rules.policy === 'silent') return undefined;
  const sales = await books.activeSales(pseudonym);
  const reason =
    refusedAtOnce(deadline, circumstances) ??
    (service === 'replace-sim' && sales.length === 0 ? 'carrier.no-numbers' : undefined);
  if (reason) return refused('numbers.list', transaction, reason);
  await books.putListing(
    transaction,
    sales.map((sale) => sale.transaction),
  );
  const numbers: NumberList = sales.map(({ number }, index) => ({ entry: index + 1, masked: masked(number ?? '') }));
  return { ask: 'numbers.list', transaction, decision: 'approved', numbers: await seal(numbers, key) };
}

/** The sale behind a number that was listed in a transaction. */
export async function listedSale(books: CarrierBooks, transaction: string, entry: number): Promise<Sale | undefined> {
  const sale = await books.listed(transaction, entry);
  return sale === undefined ? undefined : books.sale(sale);
}

/** A holder says that a number is not theirs: somebody at the carrier looks into it. */
export async function dispute(
  books: CarrierBooks,
  kiosk: string,
  { transaction, deadline, entry }: EventData<'number.dispute'>,
  circumstances: Circumstances,
): Promise<Answer | undefined> {
  if (circumstances.rules.policy === 'silent') return undefined;
  const sale = await listedSale(books, transaction, entry);
  const reason = refusedAtOnce(deadline, circumstances) ?? (sale ? undefined : 'carrier.number-foreign');
  if (reason || !sale) return refused('number.dispute', transaction, reason ?? 'carrier.number-foreign');
  const reference = circumstances.newReference();
  await books.openCase({ reference, kiosk, transaction, sale: sale.transaction, openedAt: circumstances.now });
  return { ask: 'number.dispute', transaction, decision: 'approved', reference };
}

/** `+8613800001234` → `138****1234`: enough for its holder to know it, too little for anybody else to call it. */
export function masked(number: string): string {
  const national = number.replace(/^\+86/, '');
  return `${national.slice(0, 3)}****${national.slice(-4)}`;
}
