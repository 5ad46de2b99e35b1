import { join } from 'node:path';
import { readWorld } from '../../drivers/emulator/card-dispenser/world-file.js';
import { inspectLedger } from '../carrier/ledger-file.js';
import { readLedger, type LedgerView } from '../carrier/read-ledger.js';
import { statePaths } from '../config/paths.js';
import { KioskError } from '../errors.js';
import type { CardCounts } from '../fleet/messages.js';
import { readJournal } from '../journal/read-journal.js';
import type { StateName } from '../transaction/states.js';
import { rules, type PhysicalCard } from './audit-rules.js';

export interface AuditResult {
  readonly consistent: boolean;
  readonly violations: readonly string[];
  readonly cards: CardCounts;
  readonly messages: { readonly committed: number; readonly acknowledged: number };
  readonly transaction: { readonly state: StateName; readonly id?: string };
  /** Sales in the reference carrier's books, by status; only where they are kept in the same folder. */
  readonly carrier?: Readonly<Record<string, number>>;
}

/**
 * Checks the invariants over a state directory: the journal, and the books of a reference carrier and the cards of an
 * emulator where they are there too. All of them may be in use meanwhile. What stands beside the journal and cannot be
 * read is a finding.
 * @throws `journal.missing`, `journal.corrupt`, `journal.too-new`
 */
export async function auditState(dir: string): Promise<AuditResult> {
  const paths = statePaths(dir);
  const world = join(paths.emulator, 'world.json');
  const unreadable = new Set<string>();
  const found = (error: unknown): undefined => {
    if (!(error instanceof KioskError)) throw error;
    unreadable.add(error.message);
  };
  const hasBooks = await inspectLedger(paths.carrier).catch(found);
  const books = async (): Promise<LedgerView | undefined> =>
    hasBooks ? readLedger(paths.carrier).catch(found) : undefined;
  const hardware = (): readonly PhysicalCard[] | undefined => {
    try {
      return readWorld(world)?.cards;
    } catch (error) {
      found(error);
      return undefined;
    }
  };
  const [hardwareBefore, carrierBefore] = [hardware(), await books()];
  const journal = await readJournal(dir);
  const [carrierAfter, hardwareAfter] = [await books(), hardware()];
  const evidence = {
    journal,
    ...(carrierBefore && carrierAfter && { carrier: { before: carrierBefore, after: carrierAfter } }),
    ...(hardwareBefore && hardwareAfter && { hardware: { before: hardwareBefore, after: hardwareAfter } }),
  };
  const violations = [...unreadable, ...rules.flatMap((rule) => rule(evidence))];
  const { transaction, cards, committed, acknowledged } = journal;
  return {
    consistent: violations.length === 0,
    violations,
    cards,
    messages: { committed, acknowledged },
    transaction: { state: transaction?.state ?? 'out-of-service', ...(transaction?.id && { id: transaction.id }) },
    ...(carrierAfter && { carrier: tally(carrierAfter.sales.map(({ status }) => status)) }),
  };
}

export function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
