import type { ErrorCode } from '../errors.js';
import type { Transaction } from '../transaction/transaction.js';
import type { Bench } from './activities.js';

/** Somebody is where only technicians may be: the carrier hears of it, and nobody knows any more how the cards lie. */
export async function reportTamper(bench: Bench, reason: ErrorCode, { state, id }: Transaction): Promise<void> {
  const { clock, journal, desk, log } = bench;
  log.warn({ code: reason, state, transaction: id }, 'tamper');
  const rows = await journal.append({
    at: clock.now(),
    event: { type: 'security.tamper', reason },
    orderInDoubt: true,
    messages: () => [{ type: 'security.tamper', data: { reason, state, ...(id && { transaction: id }) } }],
  });
  desk.send(rows);
}
