import { KioskError, type ErrorCode } from '../errors.js';
import type { EventName, Found, TransactionEvent } from './events.js';
import { isBetweenVisits, states, type StateName } from './states.js';
import { listsNumbers } from './services.js';
import { transitions, type Guard, type Outcome, type Row } from './table.js';
import { BLANK, type Step, type Transaction } from './transaction.js';

/** How often a customer may try again. */
export interface Limits {
  readonly documentTries: number;
  readonly faceTries: number;
  /** Milliseconds by state, where they differ from the table. */
  readonly deadlinesMs: Readonly<Partial<Record<StateName, number>>>;
}

export const defaultLimits: Limits = { documentTries: 3, faceTries: 3, deadlinesMs: {} };

/** The rows of the table by state and event, in its order. */
const rows = new Map<StateName, Map<EventName, Row[]>>();
for (const row of transitions) {
  const ofState = rows.get(row.from) ?? new Map<EventName, Row[]>();
  rows.set(row.from, ofState.set(row.on, [...(ofState.get(row.on) ?? []), row]));
}

const rowsOf = (state: StateName, event: EventName): readonly Row[] => rows.get(state)?.get(event) ?? [];

/** Whether a state lists an event at all: inputs from outside (a cancel button) are asked about first. */
export function accepts(state: StateName, event: EventName): boolean {
  return rowsOf(state, event).length > 0;
}

/**
 * One step of the transaction: pure, total over the table.
 * @throws `internal.impossible` naming state and event when the state does not list the event
 */
export function step(transaction: Transaction, event: TransactionEvent, now: number, limits = defaultLimits): Step {
  const counted = count(transaction, event);
  const row = rowsOf(transaction.state, event.type).find(({ when }) => !when || guards[when](counted, event, limits));
  if (!row) throw new KioskError('internal.impossible', `event ${event.type} in state ${transaction.state}`);
  const next = enter(row, counted, event, now, limits);
  const { emit = NOTHING, card } = row;
  return { next, emit, ended: row.to === 'done' && next.id !== undefined, card };
}

const NOTHING: Step['emit'] = [];

/** After a crash: the stored state, and where the sensors see a card. */
export function recover(transaction: Transaction, found: Found, now: number, limits = defaultLimits): Step {
  return step(transaction, { type: 'media.checked', found }, now, limits);
}

const guards: Readonly<Record<Guard, (transaction: Transaction, event: TransactionEvent, limits: Limits) => boolean>> =
  {
    documentTriesLeft: (transaction, _event, limits) => transaction.documentTries < limits.documentTries,
    faceTriesLeft: ({ faceTries }, event, limits) => faceTries < limits.faceTries && !('locks' in event),
    documentTried: (transaction) => transaction.documentTries > 0,
    listsNumbers: ({ service }) => listsNumbers(service),
    replacesCard: ({ service }) => service === 'replace-sim',
    notOfStack: (_transaction, event) => event.type === 'card.unidentified' && NOT_OF_STACK.has(event.reason),
    unidentified: ({ id, iccid }) => id !== undefined && iccid === undefined,
    nobodys: ({ id }) => id === undefined,
    cardFound: (_transaction, event) => 'found' in event && event.found !== 'none',
  };

/** What was read is no card of the stack: the one that stood for it is still there. */
const NOT_OF_STACK: ReadonlySet<ErrorCode> = new Set(['card.unknown', 'card.uncertain', 'card.misplaced']);

/** Ends of a visit that went as it should: they have no reason. */
const SERVED: ReadonlySet<Outcome> = new Set(['sold', 'replaced', 'informed']);

function count(transaction: Transaction, event: TransactionEvent): Transaction {
  if (event.type === 'document.failed') return { ...transaction, documentTries: transaction.documentTries + 1 };
  if (event.type === 'face.failed') return { ...transaction, faceTries: transaction.faceTries + 1 };
  return transaction;
}

function enter(row: Row, from: Transaction, event: TransactionEvent, now: number, limits: Limits): Transaction {
  const wait = limits.deadlinesMs[row.to] ?? states[row.to].deadlineMs;
  const begun = event.type === 'visit.started' ? event : undefined;
  const between = isBetweenVisits(row.to);
  // Nothing of a visit that is over is carried on, so that a card found later is nobody's.
  const carried = begun || between || from.state === 'done' ? BLANK : from;
  const isServed = row.outcome !== undefined && SERVED.has(row.outcome);
  return {
    state: row.to,
    since: now,
    deadline: wait === undefined ? null : now + wait,
    id: begun?.transaction ?? carried.id,
    service: begun?.service ?? carried.service,
    documentTries: carried.documentTries,
    faceTries: carried.faceTries,
    entry: 'entry' in event ? event.entry : carried.entry,
    reference: event.type === 'carrier.case-opened' ? event.reference : carried.reference,
    approval: event.type === 'carrier.approved' ? event.approval : carried.approval,
    iccid: event.type === 'card.identified' ? event.iccid : carried.iccid,
    outcome: row.outcome ?? carried.outcome,
    reason: isServed || between ? undefined : (row.reason ?? reasonOf(event) ?? carried.reason),
    faults: event.type === 'health.lost' ? event.reasons : carried.faults,
  };
}

function reasonOf(event: TransactionEvent): ErrorCode | undefined {
  return 'reason' in event ? event.reason : undefined;
}
