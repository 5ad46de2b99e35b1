import type { ErrorCode } from '../errors.js';
import type { Answer, EventData } from '../fleet/messages.js';
import type { CarrierBooks, Sale } from './books.js';

/** What the carrier does with asks: its rules, or for tests a carrier that refuses everything or never answers. */
export type Policy = 'rules' | 'refuse' | 'silent';

export interface SaleRules {
  readonly policy: Policy;
  /** Most SIM cards that one holder may have. */
  readonly holderLimit: number;
}

/** What a decision depends on besides the books. */
export interface Circumstances {
  readonly rules: SaleRules;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
  readonly newApproval: () => string;
}

type Ask<T extends 'sale.authorise' | 'sale.bind'> = EventData<T>;

/** The ask for a number. @returns undefined when silent */
export async function authorise(
  books: CarrierBooks,
  kiosk: string,
  ask: Ask<'sale.authorise'>,
  pseudonym: string,
  circumstances: Circumstances,
): Promise<Answer | undefined> {
  const { transaction, holder } = ask;
  const { policy } = circumstances.rules;
  const reason = await refusal(books, ask, pseudonym, circumstances);
  const number = reason ? undefined : await books.reserveNumber(transaction);
  const refused: ErrorCode | undefined = reason ?? (number === undefined ? 'carrier.no-number' : undefined);
  const approval = refused ? null : circumstances.newApproval();
  const status = policy === 'silent' ? 'unanswered' : refused ? 'refused' : 'approved';
  const known = await books.sale(transaction);
  if (!known)
    await books.putSale({
      transaction,
      kiosk,
      status,
      pseudonym,
      holder,
      approval,
      number: number ?? null,
      iccid: null,
    });
  if (policy === 'silent') return undefined;
  return answer('sale.authorise', transaction, refused ?? { approval: approval ?? '' });
}

async function refusal(
  books: CarrierBooks,
  ask: Ask<'sale.authorise'>,
  pseudonym: string,
  { rules: { policy, holderLimit }, now }: Circumstances,
): Promise<ErrorCode | undefined> {
  if (policy !== 'rules') return 'carrier.refused';
  if (Date.parse(ask.deadline) < now) return 'carrier.no-answer';
  return (await books.cardsOf(pseudonym)) >= holderLimit ? 'carrier.holder-limit' : undefined;
}

/** The ask to bind a card to its approval. */
export async function bind(
  books: CarrierBooks,
  ask: Ask<'sale.bind'>,
  { rules: { policy }, now }: Circumstances,
): Promise<Answer | undefined> {
  const { transaction, approval, iccid } = ask;
  if (policy === 'silent') return undefined;
  const sale = await books.sale(transaction);
  const binds =
    policy === 'rules' &&
    Date.parse(ask.deadline) >= now &&
    !(await books.isInUse(iccid)) &&
    sale?.status === 'approved' &&
    sale.approval === approval;
  if (binds) await books.putSale({ ...sale, status: 'bound', iccid });
  return answer('sale.bind', transaction, binds ? { approval } : 'carrier.card-refused');
}

/** The card is in the customer's hand: the number goes live. @returns what is odd about it */
export async function activate(books: CarrierBooks, taken: EventData<'sale.taken'>): Promise<string | undefined> {
  const { transaction, approval, iccid } = taken;
  const sale = await books.sale(transaction);
  if (sale?.status !== 'bound' || sale.approval !== approval || sale.iccid !== iccid)
    return 'a card was taken that was not bound';
  await books.putSale({ ...sale, status: 'active' });
  return undefined;
}

/** The approval will not be used: number free, card dead. One that was refused or never arrived leaves nothing to do. */
export async function close(
  books: CarrierBooks,
  transaction: string,
  status: 'void' | 'uncertain',
): Promise<string | undefined> {
  const sale = await books.sale(transaction);
  if (!sale) return undefined;
  if (sale.status === 'active') return 'a sale was voided after its card was taken';
  await books.putSale({ ...sale, status });
  if (status === 'void') await books.freeNumber(transaction);
  return undefined;
}

/** A technician says what became of an uncertain card. @returns what is odd about it */
export async function settle(books: CarrierBooks, settled: EventData<'card.settled'>): Promise<string | undefined> {
  const { transaction, iccid, fate } = settled;
  if (transaction === undefined) return undefined;
  if (fate === 'retained') return close(books, transaction, 'void');
  const sale: Sale | undefined = await books.sale(transaction);
  if (sale?.status !== 'uncertain' || sale.iccid !== iccid) return 'a card was settled as taken that was not bound';
  await books.putSale({ ...sale, status: 'active' });
  return undefined;
}

function answer(ask: Answer['ask'], transaction: string, verdict: ErrorCode | { readonly approval: string }): Answer {
  return typeof verdict === 'string'
    ? { ask, transaction, decision: 'refused', reason: verdict }
    : { ask, transaction, decision: 'approved', approval: verdict.approval };
}
