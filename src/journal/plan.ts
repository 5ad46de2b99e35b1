import type { Fate } from '../contracts/control.js';
import { KioskError, type ErrorCode } from '../errors.js';
import { writeEvent, type CardCounts, type Draft, type TechnicianAction } from '../fleet/messages.js';
import { sha256 } from '../lib/sha256.js';
import type { Transaction } from '../transaction/transaction.js';
import type { Books, Commit, Kept, LogEntry, Meta } from './books.js';
import { linked, relabelled } from './chain.js';
import type { Entry, OutboxRow, TechnicianWork } from './entry.js';
import { back, moves, refill, unloading, type Batch, type Card } from './stock.js';

/** What is to be committed, and what the caller is told once it is. */
export interface Plan<T> {
  /** Without one there is nothing to write. */
  readonly commit?: Commit;
  readonly result: T;
}

/** What one commit is about. */
interface Change {
  readonly at: number;
  readonly type: string;
  readonly reason?: ErrorCode | undefined;
  readonly transaction?: Transaction | undefined;
  readonly cards?: readonly Card[];
  readonly removed?: readonly string[];
  readonly batches?: readonly Batch[];
  readonly kept?: readonly Kept[] | undefined;
  readonly meta?: Partial<Pick<Meta, 'maintenance' | 'orderInDoubt' | 'archived'>> | undefined;
  readonly messages: (cards: CardCounts) => readonly Draft[];
}

/** Entry of the log, ledger and messages of a change, each with what chains it to the one before. */
function commitOf(books: Books, change: Change): { readonly commit: Commit; readonly rows: readonly OutboxRow[] } {
  const { stock, meta } = books;
  const { at, cards = [], removed = [], batches = [], kept = [], transaction } = change;
  const isMove = cards.length + removed.length > 0;
  const before = isMove ? stock.known([...cards.map(({ iccid }) => iccid), ...removed]) : [];
  const ledger = relabelled(meta.ledger, before, cards);
  const counts = isMove ? countsAfter(books, before, cards) : books.cards;
  const rows = posted(books, change.messages(counts), at);
  const seq = meta.lastSeq + rows.length;
  const current = transaction ?? books.transaction;
  const entry = linked(
    {
      id: meta.entry + 1,
      at,
      transaction: current?.id ?? books.transaction?.id ?? null,
      type: change.type,
      reason: change.reason ?? null,
      state: current?.state ?? 'out-of-service',
      messages: rows.map(({ payload }) => sha256(payload)),
      seq,
      ledger,
    },
    meta.head,
  );
  const commit: Commit = {
    meta: metaAfter(books, change.meta, seq, entry),
    transaction,
    cards,
    removed,
    batches,
    kept,
    entry,
    outbox: rows,
  };
  return { commit, rows };
}

/** Field by field, as everything that every commit makes: an object that is spread and changed is slow to make. */
function metaAfter({ meta, acknowledged }: Books, change: Change['meta'], lastSeq: number, entry: LogEntry): Meta {
  return {
    session: meta.session,
    lastSeq,
    acknowledged,
    maintenance: change?.maintenance ?? meta.maintenance,
    orderInDoubt: change?.orderInDoubt ?? meta.orderInDoubt,
    entry: entry.id,
    head: entry.hash,
    ledger: entry.ledger,
    archived: change?.archived ?? meta.archived,
  };
}

const FIELD = {
  stack: 'inStack',
  transport: 'inTransport',
  taken: 'taken',
  retained: 'retained',
  uncertain: 'uncertain',
} as const satisfies Record<Card['location'], keyof CardCounts>;

function countsAfter(books: Books, before: readonly Card[], after: readonly Card[]): CardCounts {
  const counts = { ...books.cards };
  for (const { location } of before) counts[FIELD[location]] -= 1;
  for (const { location } of after) counts[FIELD[location]] += 1;
  counts.loaded += after.length - before.length;
  return counts;
}

function posted({ kiosk, epoch, meta }: Books, drafts: readonly Draft[], at: number): readonly OutboxRow[] {
  if (drafts.length === 0) return [];
  const time = new Date(at).toISOString();
  const { head } = meta;
  return drafts.map((draft, index) => {
    const seq = meta.lastSeq + 1 + index;
    const { type, data } = draft;
    return { seq, type, payload: writeEvent({ type, data, id: `${epoch}.${seq}`, kiosk, time, epoch, seq, head }) };
  });
}

/** @throws `card.unknown` */
export function appending(books: Books, entry: Entry): Plan<readonly OutboxRow[]> {
  const { at, event, next, card, iccid, read, orderInDoubt, kept, messages } = entry;
  // A card found after a visit is nobody's: not that of the visit before, whose sale may be live.
  const id = (next ?? books.transaction)?.id ?? null;
  const { commit, rows } = commitOf(books, {
    at,
    type: event.type,
    reason: event.reason,
    transaction: next,
    cards: card ? moves(books.stock, card, { at, transaction: id, iccid, read }) : [],
    meta: orderInDoubt ? { orderInDoubt } : undefined,
    kept,
    messages,
  });
  return { commit, result: rows };
}

/** A refill, once for each batch; `again`: also what was unloaded since. The result: how many cards it brought. */
export function loading(
  books: Books,
  batch: string,
  iccids: readonly string[],
  at: number,
  again: boolean,
): Plan<number> {
  const known = books.stock.batch(batch);
  if (known && !again) return { result: 0 };
  const cards = refill(books.stock, batch, iccids, at);
  if (known && cards.length === 0) return { result: 0 };
  const { commit } = commitOf(books, {
    at,
    type: 'stock.loaded',
    cards,
    batches: [{ id: batch, at: known?.at ?? at, cards: (known?.cards ?? 0) + cards.length }],
    messages: (counts) => [{ type: 'stock.loaded', data: { batch, count: cards.length, cards: counts } }],
  });
  return { commit, result: cards.length };
}

/**
 * The effect of a technician's work on the books, and the event about it. A stack that was unloaded, or counted and found
 * to hold what the ledger says, lies in the order of the ledger. The result: how many cards it was about.
 */
export function working(books: Books, work: TechnicianWork, at: number): Plan<{ readonly count: number | undefined }> {
  const { action, by, subject, kept } = work;
  const unloaded = action === 'stock-unload' ? unloading(books.stock) : undefined;
  const count = unloaded ? unloaded.removed.length : work.count;
  const maintenance = MAINTENANCE[action] ?? books.meta.maintenance;
  const isCounted = action === 'stock-count' && count === books.cards.inStack;
  const orderInDoubt = books.meta.orderInDoubt && !unloaded && !isCounted;
  const extra = { ...(subject && { subject }), ...(count !== undefined && { count }) };
  const { commit } = commitOf(books, {
    at,
    type: `technician.${action}`,
    ...unloaded,
    meta: { maintenance, orderInDoubt },
    kept,
    messages: (cards) => [{ type: 'technician.action', data: { action, by, cards, ...extra } }],
  });
  return { commit, result: { count } };
}

const MAINTENANCE: Readonly<Partial<Record<TechnicianAction, boolean>>> = {
  'maintenance-on': true,
  'maintenance-off': false,
  // Its stack is to be counted and loaded first.
  'journal-renew': true,
};

/** What became of an uncertain card. @throws `control.unknown-card` */
export function settling(books: Books, iccid: string, fate: Fate, by: string, at: number): Plan<undefined> {
  const card = books.stock.card(iccid);
  const ending = `…${iccid.slice(-4)}`;
  if (card?.location !== 'uncertain') throw new KioskError('control.unknown-card', ending);
  const { transaction, read } = card;
  if (fate === 'taken' && transaction === null)
    throw new KioskError('control.unknown-card', `${ending} belongs to no sale: it was not sold`);
  if (fate === 'stack' && read !== null)
    throw new KioskError(
      'control.unknown-card',
      `${ending} was read in the transport: it is not in the stack any more`,
    );
  const { commit } = commitOf(books, {
    at,
    type: 'card.settled',
    cards: [fate === 'stack' ? back(card, at) : { ...card, location: fate, at }],
    messages: (cards) => [
      { type: 'card.settled', data: { iccid, fate, by, cards, ...(transaction !== null && { transaction }) } },
    ],
  });
  return { commit, result: undefined };
}

/**
 * A number for the next connection to the carrier, higher than all before. Seconds since the epoch: as a rule also higher than
 * those of a newer copy of this journal, so that the carrier does not take for a replay what an old one says that was put back.
 */
export function connecting({ meta, acknowledged }: Books, at: number): Plan<number> {
  const session = Math.max(meta.session + 1, Math.floor(at / 1_000));
  return { commit: { meta: said(meta, session, acknowledged) }, result: session };
}

/** What the carrier has acknowledged since the last commit, when nothing else is to be written. */
export function acknowledging({ meta, acknowledged }: Books): Plan<undefined> {
  if (acknowledged === meta.acknowledged) return { result: undefined };
  return { commit: { meta: said(meta, meta.session, acknowledged) }, result: undefined };
}

function said(meta: Meta, session: number, acknowledged: number): Meta {
  const { lastSeq, maintenance, orderInDoubt, entry, head, ledger, archived } = meta;
  return { session, lastSeq, acknowledged, maintenance, orderInDoubt, entry, head, ledger, archived };
}

/**
 * Entries of the log up to `upTo` go, and the cards whose story ended before `before`; the log says so. A card stays as long
 * as one of its batch is in the machine: a batch that is loaded again must not bring back what was sold of it.
 */
export function pruning(books: Books, before: number, upTo: number | undefined, at: number): Plan<undefined> {
  const { meta, stock } = books;
  const all = [...stock.all()];
  const present = new Set(all.filter(({ location }) => !isOver(location)).map(({ batch }) => batch));
  const over = all.filter(
    ({ location, at: ended, batch }) => isOver(location) && ended < before && !present.has(batch),
  );
  if (upTo === undefined && over.length === 0) return { result: undefined };
  const taken = over.filter(({ location }) => location === 'taken').length;
  const { commit } = commitOf(books, {
    at,
    type: 'journal.pruned',
    removed: over.map(({ iccid }) => iccid),
    meta: { archived: { taken: meta.archived.taken + taken, retained: meta.archived.retained + over.length - taken } },
    messages: () => [],
  });
  return { commit: { ...commit, ...(upTo !== undefined && { pruned: upTo }) }, result: undefined };
}

const isOver = (location: Card['location']): boolean => location === 'taken' || location === 'retained';
