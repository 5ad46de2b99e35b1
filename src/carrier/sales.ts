import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '../errors.js';
import type { Answer, EventData, KioskEvent } from '../fleet/messages.js';
import { count, text, type Database } from '../lib/sqlite.js';

/** What the carrier does with asks: its rules, or for tests a carrier that refuses everything or never answers. */
export type Policy = 'rules' | 'refuse' | 'silent';

export interface SaleRules {
  readonly policy: Policy;
  /** Most SIM cards that one holder may have. */
  readonly holderLimit: number;
}

type Ask<T extends 'sale.authorise' | 'sale.bind'> = EventData<T>;

const COUNTED = `('approved', 'bound', 'active', 'uncertain')`;

/** The ask for a number. Runs inside the transaction that takes note of the event. @returns undefined when silent */
export async function authorise(
  db: Database,
  event: KioskEvent,
  ask: Ask<'sale.authorise'>,
  pseudonym: string,
  rules: SaleRules,
): Promise<Answer | undefined> {
  const { transaction } = ask;
  const reason = await refusal(db, ask, pseudonym, rules);
  const number = reason ? undefined : await reserveNumber(db, transaction);
  const decided: ErrorCode | undefined = reason ?? (number === undefined ? 'carrier.no-number' : undefined);
  const approval = decided ? null : randomUUID();
  const status = rules.policy === 'silent' ? 'unanswered' : decided ? 'refused' : 'approved';
  await db.run(
    `INSERT OR IGNORE INTO sale ("transaction", kiosk, status, pseudonym, holder, approval, number) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    transaction,
    event.kiosk,
    status,
    pseudonym,
    ask.holder,
    approval,
    number ?? null,
  );
  if (rules.policy === 'silent') return undefined;
  return answer('sale.authorise', transaction, decided ?? { approval: approval ?? '' });
}

async function refusal(
  db: Database,
  ask: Ask<'sale.authorise'>,
  pseudonym: string,
  { policy, holderLimit }: SaleRules,
): Promise<ErrorCode | undefined> {
  if (policy !== 'rules') return 'carrier.refused';
  if (Date.parse(ask.deadline) < Date.now()) return 'carrier.no-answer';
  const row = await db.get(
    `SELECT count(*) AS cards FROM sale WHERE pseudonym = ? AND status IN ${COUNTED}`,
    pseudonym,
  );
  return count(row, 'cards') >= holderLimit ? 'carrier.holder-limit' : undefined;
}

async function reserveNumber(db: Database, transaction: string): Promise<string | undefined> {
  const [row] = await db.all('SELECT number FROM number WHERE "transaction" IS NULL ORDER BY number LIMIT 1');
  if (!row) return undefined;
  await db.run('UPDATE number SET "transaction" = ? WHERE number = ?', transaction, text(row, 'number'));
  return text(row, 'number');
}

/** The ask to bind a card to its approval. */
export async function bind(db: Database, ask: Ask<'sale.bind'>, { policy }: SaleRules): Promise<Answer | undefined> {
  const { transaction, approval, iccid } = ask;
  if (policy === 'silent') return undefined;
  const used = await db.get(`SELECT 1 FROM sale WHERE iccid = ? AND status IN ('bound', 'active')`, iccid);
  const isRefused = policy === 'refuse' || Date.parse(ask.deadline) < Date.now() || used !== undefined;
  const bound = isRefused
    ? 0
    : await db.run(
        `UPDATE sale SET status = 'bound', iccid = ? WHERE "transaction" = ? AND approval = ? AND status = 'approved'`,
        iccid,
        transaction,
        approval,
      );
  return answer('sale.bind', transaction, bound === 1 ? { approval } : 'carrier.card-refused');
}

/** The card is in the customer's hand: the number goes live. @returns what is odd about it */
export async function activate(db: Database, taken: EventData<'sale.taken'>): Promise<string | undefined> {
  const { transaction, approval, iccid } = taken;
  const changed = await db.run(
    `UPDATE sale SET status = 'active' WHERE "transaction" = ? AND approval = ? AND iccid = ? AND status = 'bound'`,
    transaction,
    approval,
    iccid,
  );
  return changed === 1 ? undefined : 'a card was taken that was not bound';
}

/** The approval will not be used: number free, card dead. One that was refused or never arrived leaves nothing to do. */
export async function close(
  db: Database,
  transaction: string,
  status: 'void' | 'uncertain',
): Promise<string | undefined> {
  const row = await db.get('SELECT status FROM sale WHERE "transaction" = ?', transaction);
  if (!row) return undefined;
  if (text(row, 'status') === 'active') return 'a sale was voided after its card was taken';
  await db.run('UPDATE sale SET status = ? WHERE "transaction" = ?', status, transaction);
  if (status === 'void') await db.run('UPDATE number SET "transaction" = NULL WHERE "transaction" = ?', transaction);
  return undefined;
}

/** A technician says what became of an uncertain card. @returns what is odd about it */
export async function settle(db: Database, settled: EventData<'card.settled'>): Promise<string | undefined> {
  const { transaction, iccid, fate } = settled;
  if (transaction === undefined) return undefined;
  if (fate === 'retained') return close(db, transaction, 'void');
  const changed = await db.run(
    `UPDATE sale SET status = 'active' WHERE "transaction" = ? AND iccid = ? AND status = 'uncertain'`,
    transaction,
    iccid,
  );
  return changed === 1 ? undefined : 'a card was settled as taken that was not bound';
}

function answer(ask: Answer['ask'], transaction: string, verdict: ErrorCode | { readonly approval: string }): Answer {
  return typeof verdict === 'string'
    ? { ask, transaction, decision: 'refused', reason: verdict }
    : { ask, transaction, decision: 'approved', approval: verdict.approval };
}
