import type { ErrorCode } from '../errors.js';
import type { Answer } from '../fleet/answers.js';
import type { EventData } from '../fleet/messages.js';
import type { CarrierBooks, Sale, SaleStatus } from './books.js';
import { listedSale, objection } from './numbers.js';
import { refused, refusedAtOnce, type Circumstances } from './rules.js';

/** The card is this sale's: promised, live, or dead. */
const HAS_CARD: ReadonlySet<SaleStatus> = new Set(['bound', 'active', 'replaced']);

/** The ask for a number, or for a new card of one that the holder has. @returns undefined when silent */
export async function authorise(
  books: CarrierBooks,
  kiosk: string,
  ask: EventData<'sale.authorise'>,
  pseudonym: string,
  circumstances: Circumstances,
): Promise<Answer | undefined> {
  const { transaction, holder, replaces } = ask;
  const { policy } = circumstances.rules;
  const old = replaces === undefined ? undefined : await listedSale(books, transaction, replaces);
  const reason = await refusal(books, ask, old, pseudonym, circumstances);
  const number = reason ? undefined : (old?.number ?? (await books.reserveNumber(transaction)));
  const refusedFor: ErrorCode | undefined = reason ?? (number === undefined ? 'carrier.no-number' : undefined);
  const approval = refusedFor ? null : circumstances.newApproval();
  const status = policy === 'silent' ? 'unanswered' : refusedFor ? 'refused' : 'approved';
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
      replaces: old?.transaction ?? null,
    });
  if (policy === 'silent') return undefined;
  return answer('sale.authorise', transaction, refusedFor ?? { approval: approval ?? '' });
}

async function refusal(
  books: CarrierBooks,
  { transaction, service, deadline, replaces }: EventData<'sale.authorise'>,
  old: Sale | undefined,
  pseudonym: string,
  circumstances: Circumstances,
): Promise<ErrorCode | undefined> {
  const { holderLimit } = circumstances.rules;
  const reason = refusedAtOnce(deadline, circumstances) ?? (await objection(books, service, pseudonym, holderLimit));
  if (reason) return reason;
  if ((service === 'replace-sim') !== (replaces !== undefined)) return 'carrier.refused';
  if (replaces === undefined) return undefined;
  if (old?.status !== 'active' || old.pseudonym !== pseudonym) return 'carrier.number-foreign';
  return (await books.isBeingReplaced(old.transaction, transaction)) ? 'carrier.number-busy' : undefined;
}

/** The ask to bind a card to its approval. */
export async function bind(
  books: CarrierBooks,
  ask: EventData<'sale.bind'>,
  { rules: { policy }, now }: Circumstances,
): Promise<Answer | undefined> {
  const { transaction, approval, iccid } = ask;
  if (policy === 'silent') return undefined;
  const sale = await books.sale(transaction);
  const binds =
    policy === 'rules' &&
    Date.parse(ask.deadline) >= now &&
    !(await isInUse(books, iccid)) &&
    sale?.status === 'approved' &&
    sale.approval === approval;
  if (binds) await books.putSale({ ...sale, status: 'bound', iccid });
  return answer('sale.bind', transaction, binds ? { approval } : 'carrier.card-refused');
}

/** Whether a card is a sale's, or may be in somebody's hand. */
async function isInUse(books: CarrierBooks, iccid: string): Promise<boolean> {
  return (await books.salesOf(iccid)).some(({ status }) => HAS_CARD.has(status) || status === 'uncertain');
}

/** The card is in the customer's hand: the number goes live. @returns what is odd about it */
export async function activate(books: CarrierBooks, taken: EventData<'sale.taken'>): Promise<string | undefined> {
  const { transaction, approval, iccid } = taken;
  const sale = await books.sale(transaction);
  if (sale?.status !== 'bound' || sale.approval !== approval || sale.iccid !== iccid)
    return 'a card was taken that was not bound';
  return goLive(books, sale);
}

/** On a card that replaces another one the number is live from now on, and the other card is dead. */
async function goLive(books: CarrierBooks, sale: Sale): Promise<string | undefined> {
  const others = (await books.salesOf(sale.iccid ?? '')).filter(({ transaction }) => transaction !== sale.transaction);
  if (others.some(({ status }) => HAS_CARD.has(status))) return "a card was taken that is another sale's";
  if (sale.replaces !== null) {
    const old = await books.sale(sale.replaces);
    if (old?.status !== 'active') return 'a card was replaced that was not live';
    await books.putSale({ ...old, status: 'replaced' });
    await books.passNumber(old.transaction, sale.transaction);
  }
  await books.putSale({ ...sale, status: 'active' });
  return undefined;
}

/**
 * The approval will not be used: number free, card dead, and one that it was to replace stays live. One that was refused
 * or never arrived leaves nothing to do.
 */
export async function close(
  books: CarrierBooks,
  transaction: string,
  status: 'void' | 'uncertain',
): Promise<string | undefined> {
  const sale = await books.sale(transaction);
  if (!sale) return undefined;
  if (sale.status === 'active' || sale.status === 'replaced') return 'a sale was voided after its card was taken';
  if (status === 'uncertain') {
    if (sale.status === 'refused') return undefined;
    // Its number may be somebody else's by now.
    if (sale.status === 'void') return 'a sale became uncertain that was void';
    if (sale.replaces !== null && (await books.isBeingReplaced(sale.replaces, transaction)))
      return 'a sale became uncertain whose number is on its way to another card';
  }
  await books.putSale({ ...sale, status });
  if (status === 'void') await books.freeNumber(transaction);
  return undefined;
}

/** A technician says what became of an uncertain card. @returns what is odd about it */
export async function settle(books: CarrierBooks, settled: EventData<'card.settled'>): Promise<string | undefined> {
  const { transaction, iccid, fate } = settled;
  if (transaction === undefined) return undefined;
  if (fate !== 'taken') return close(books, transaction, 'void');
  const sale: Sale | undefined = await books.sale(transaction);
  if (sale?.status !== 'uncertain' || sale.iccid !== iccid) return 'a card was settled as taken that was not bound';
  return goLive(books, sale);
}

function answer(
  ask: 'sale.authorise' | 'sale.bind',
  transaction: string,
  verdict: ErrorCode | { readonly approval: string },
): Answer {
  return typeof verdict === 'string'
    ? refused(ask, transaction, verdict)
    : { ask, transaction, decision: 'approved', approval: verdict.approval };
}
