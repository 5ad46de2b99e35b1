import type { ErrorCode } from '../errors.js';
import type { EventName } from './events.js';
import { recoveryRows } from './recovery.js';
import type { StateName } from './states.js';

/** How a visit may end. */
export const OUTCOMES = [
  'sold',
  'replaced',
  'informed',
  'refused-document',
  'refused-face',
  'refused-carrier',
  'declined',
  'abandoned',
  'retained',
  'failed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A condition on the transaction or the event; of several rows for one event the first whose condition holds is taken. */
export type Guard =
  | 'documentTriesLeft'
  | 'faceTriesLeft'
  | 'documentTried'
  | 'listsNumbers'
  | 'replacesCard'
  | 'cardFound'
  | 'notOfStack'
  | 'nobodys'
  | 'unidentified';

/** Messages to the carrier that a transition commits together with the new state. */
export type Emission =
  | 'visit.started'
  | 'consent.given'
  | 'holder.check'
  | 'numbers.list'
  | 'number.dispute'
  | 'sale.authorise'
  | 'sale.bind'
  | 'sale.taken'
  | 'sale.void'
  | 'sale.uncertain'
  | 'card.refused'
  | 'service.changed';

/**
 * A move in the stock ledger, committed with the transition. `transport` takes the next card of the stack unless the
 * transport holds one already; the others move the card that is in the transport, if there is one. `stack`: the card in
 * the transport is none of the stack's, so the one that stood for it is where it was.
 */
export type CardMove = 'stack' | 'transport' | 'taken' | 'retained' | 'uncertain';

export interface Row {
  readonly from: StateName;
  readonly on: EventName;
  readonly when?: Guard;
  readonly to: StateName;
  readonly outcome?: Outcome;
  /** Overrides the event's own reason. */
  readonly reason?: ErrorCode;
  readonly card?: CardMove;
  readonly emit?: readonly Emission[];
}

const BEFORE_CARD = [
  ...(['consent', 'reading', 'checking', 'prechecking', 'capturing', 'verifying'] as const),
  ...(['listing', 'showing', 'disputing', 'case-opened', 'choosing', 'authorising'] as const),
];
const CARD_MOVING = ['identifying', 'binding', 'presenting', 'presented'] as const;

/** The transaction, literally. An event that a state does not list is an error. */
export const transitions: readonly Row[] = [
  { from: 'idle', on: 'visit.started', to: 'consent', emit: ['visit.started'] },
  { from: 'idle', on: 'health.lost', to: 'out-of-service', emit: ['service.changed'] },
  { from: 'out-of-service', on: 'health.lost', to: 'out-of-service', emit: ['service.changed'] },
  { from: 'out-of-service', on: 'health.restored', to: 'idle', emit: ['service.changed'] },

  { from: 'consent', on: 'consent.given', to: 'reading', emit: ['consent.given'] },
  { from: 'consent', on: 'consent.declined', to: 'done', outcome: 'declined', reason: 'visit.declined' },
  { from: 'consent', on: 'deadline.passed', to: 'done', outcome: 'abandoned', reason: 'visit.timed-out' },

  { from: 'reading', on: 'document.read', to: 'checking' },
  { from: 'reading', on: 'document.failed', when: 'documentTriesLeft', to: 'reading' },
  { from: 'reading', on: 'document.failed', to: 'done', outcome: 'refused-document' },
  { from: 'reading', on: 'device.failed', to: 'done', outcome: 'failed' },
  { from: 'reading', on: 'visit.cancelled', to: 'done', outcome: 'abandoned', reason: 'visit.cancelled' },
  { from: 'reading', on: 'deadline.passed', when: 'documentTried', to: 'done', outcome: 'refused-document' },
  { from: 'reading', on: 'deadline.passed', to: 'done', outcome: 'abandoned', reason: 'document.none' },

  { from: 'checking', on: 'document.accepted', to: 'prechecking', emit: ['holder.check'] },
  { from: 'checking', on: 'document.refused', to: 'done', outcome: 'refused-document' },
  { from: 'checking', on: 'device.failed', to: 'done', outcome: 'failed' },
  { from: 'checking', on: 'visit.cancelled', to: 'done', outcome: 'abandoned', reason: 'visit.cancelled' },
  { from: 'checking', on: 'deadline.passed', to: 'done', outcome: 'failed', reason: 'visit.stuck' },

  { from: 'prechecking', on: 'carrier.cleared', to: 'capturing' },
  { from: 'prechecking', on: 'carrier.refused', to: 'done', outcome: 'refused-carrier' },
  { from: 'prechecking', on: 'visit.cancelled', to: 'done', outcome: 'abandoned', reason: 'visit.cancelled' },
  { from: 'prechecking', on: 'deadline.passed', to: 'done', outcome: 'refused-carrier', reason: 'carrier.no-answer' },

  { from: 'capturing', on: 'face.captured', to: 'verifying' },
  { from: 'capturing', on: 'face.failed', when: 'faceTriesLeft', to: 'capturing' },
  { from: 'capturing', on: 'face.failed', to: 'done', outcome: 'refused-face' },
  { from: 'capturing', on: 'customer.absent', to: 'done', outcome: 'abandoned' },
  { from: 'capturing', on: 'device.failed', to: 'done', outcome: 'failed' },
  { from: 'capturing', on: 'visit.cancelled', to: 'done', outcome: 'abandoned', reason: 'visit.cancelled' },
  { from: 'capturing', on: 'deadline.passed', to: 'done', outcome: 'abandoned', reason: 'visit.timed-out' },

  { from: 'verifying', on: 'face.matched', when: 'listsNumbers', to: 'listing', emit: ['numbers.list'] },
  { from: 'verifying', on: 'face.matched', to: 'authorising', emit: ['sale.authorise'] },
  { from: 'verifying', on: 'face.failed', when: 'faceTriesLeft', to: 'capturing' },
  { from: 'verifying', on: 'face.failed', to: 'done', outcome: 'refused-face' },
  { from: 'verifying', on: 'device.failed', to: 'done', outcome: 'failed' },
  { from: 'verifying', on: 'visit.cancelled', to: 'done', outcome: 'abandoned', reason: 'visit.cancelled' },
  { from: 'verifying', on: 'deadline.passed', to: 'done', outcome: 'failed', reason: 'visit.stuck' },

  { from: 'listing', on: 'carrier.listed', when: 'replacesCard', to: 'choosing' },
  { from: 'listing', on: 'carrier.listed', to: 'showing' },
  { from: 'listing', on: 'carrier.refused', to: 'done', outcome: 'refused-carrier' },
  { from: 'listing', on: 'visit.cancelled', to: 'done', outcome: 'abandoned', reason: 'visit.cancelled' },
  { from: 'listing', on: 'deadline.passed', to: 'done', outcome: 'refused-carrier', reason: 'carrier.no-answer' },

  { from: 'showing', on: 'number.disputed', to: 'disputing', emit: ['number.dispute'] },
  ...endings('showing'),

  { from: 'disputing', on: 'carrier.case-opened', to: 'case-opened' },
  { from: 'disputing', on: 'carrier.refused', to: 'done', outcome: 'refused-carrier' },
  { from: 'disputing', on: 'deadline.passed', to: 'done', outcome: 'refused-carrier', reason: 'carrier.no-answer' },
  ...endings('case-opened'),

  { from: 'choosing', on: 'number.chosen', to: 'authorising', emit: ['sale.authorise'] },
  { from: 'choosing', on: 'visit.cancelled', to: 'done', outcome: 'abandoned', reason: 'visit.cancelled' },
  { from: 'choosing', on: 'deadline.passed', to: 'done', outcome: 'abandoned', reason: 'visit.timed-out' },

  { from: 'authorising', on: 'carrier.approved', to: 'staging' },
  { from: 'authorising', on: 'carrier.refused', to: 'done', outcome: 'refused-carrier' },
  {
    from: 'authorising',
    on: 'visit.cancelled',
    to: 'done',
    outcome: 'abandoned',
    reason: 'visit.cancelled',
    emit: ['sale.void'],
  },
  {
    from: 'authorising',
    on: 'deadline.passed',
    to: 'done',
    outcome: 'refused-carrier',
    reason: 'carrier.no-answer',
    emit: ['sale.void'],
  },

  { from: 'staging', on: 'card.staged', to: 'identifying', card: 'transport' },
  { from: 'staging', on: 'device.failed', when: 'cardFound', to: 'retaining', outcome: 'failed', card: 'transport' },
  { from: 'staging', on: 'device.failed', to: 'done', outcome: 'failed', emit: ['sale.void'] },
  {
    from: 'staging',
    on: 'deadline.passed',
    when: 'cardFound',
    to: 'retaining',
    outcome: 'failed',
    reason: 'visit.stuck',
    card: 'transport',
  },
  { from: 'staging', on: 'deadline.passed', to: 'done', outcome: 'failed', reason: 'visit.stuck', emit: ['sale.void'] },

  { from: 'identifying', on: 'card.identified', to: 'binding', card: 'transport', emit: ['sale.bind'] },
  {
    from: 'identifying',
    on: 'card.unidentified',
    when: 'notOfStack',
    to: 'retaining',
    outcome: 'failed',
    card: 'stack',
    emit: ['card.refused'],
  },
  { from: 'identifying', on: 'card.unidentified', to: 'retaining', outcome: 'failed', emit: ['card.refused'] },
  { from: 'identifying', on: 'device.failed', to: 'retaining', outcome: 'failed' },
  { from: 'identifying', on: 'deadline.passed', to: 'retaining', outcome: 'failed', reason: 'card.unreadable' },

  { from: 'binding', on: 'carrier.bound', to: 'presenting' },
  { from: 'binding', on: 'carrier.refused', to: 'retaining', outcome: 'refused-carrier' },
  { from: 'binding', on: 'deadline.passed', to: 'retaining', outcome: 'refused-carrier', reason: 'carrier.no-answer' },

  { from: 'presenting', on: 'card.presented', to: 'presented' },
  { from: 'presenting', on: 'device.failed', to: 'retaining', outcome: 'failed' },
  { from: 'presenting', on: 'deadline.passed', to: 'retaining', outcome: 'failed', reason: 'visit.stuck' },

  {
    from: 'presented',
    on: 'card.taken',
    when: 'replacesCard',
    to: 'done',
    outcome: 'replaced',
    card: 'taken',
    emit: ['sale.taken'],
  },
  { from: 'presented', on: 'card.taken', to: 'done', outcome: 'sold', card: 'taken', emit: ['sale.taken'] },
  { from: 'presented', on: 'device.failed', to: 'retaining', outcome: 'failed' },
  { from: 'presented', on: 'visit.cancelled', to: 'retaining', outcome: 'retained', reason: 'visit.cancelled' },
  { from: 'presented', on: 'deadline.passed', to: 'retaining', outcome: 'retained', reason: 'dispenser.not-taken' },

  { from: 'retaining', on: 'card.retained', to: 'done', card: 'retained', emit: ['sale.void'] },
  // To a card that was not identified no number was bound: whatever becomes of it, its sale is over.
  {
    from: 'retaining',
    on: 'card.vanished',
    when: 'unidentified',
    to: 'done',
    outcome: 'failed',
    card: 'uncertain',
    emit: ['sale.void'],
  },
  {
    from: 'retaining',
    on: 'card.vanished',
    to: 'done',
    outcome: 'failed',
    card: 'uncertain',
    emit: ['sale.uncertain'],
  },
  { from: 'retaining', on: 'device.failed', when: 'unidentified', to: 'done', outcome: 'failed', emit: ['sale.void'] },
  { from: 'retaining', on: 'device.failed', to: 'done', outcome: 'failed', emit: ['sale.uncertain'] },
  {
    from: 'retaining',
    on: 'deadline.passed',
    when: 'unidentified',
    to: 'done',
    outcome: 'failed',
    reason: 'visit.stuck',
    emit: ['sale.void'],
  },
  {
    from: 'retaining',
    on: 'deadline.passed',
    to: 'done',
    outcome: 'failed',
    reason: 'visit.stuck',
    emit: ['sale.uncertain'],
  },

  // For a card that lay about the kiosk was closed: it says so when it opens again.
  { from: 'done', on: 'visit.closed', when: 'nobodys', to: 'out-of-service' },
  { from: 'done', on: 'visit.closed', to: 'idle' },
  { from: 'done', on: 'deadline.passed', when: 'nobodys', to: 'out-of-service' },
  { from: 'done', on: 'deadline.passed', to: 'idle' },

  // The door was opened: nothing more is sold, and what is on its way is kept inside.
  ...BEFORE_CARD.map((from): Row => {
    return {
      from,
      on: 'door.opened',
      to: 'done',
      outcome: 'failed',
      emit: from === 'authorising' ? ['sale.void'] : [],
    };
  }),
  { from: 'staging', on: 'door.opened', when: 'cardFound', to: 'retaining', outcome: 'failed', card: 'transport' },
  { from: 'staging', on: 'door.opened', to: 'done', outcome: 'failed', emit: ['sale.void'] },
  ...CARD_MOVING.map((from): Row => ({ from, on: 'door.opened', to: 'retaining', outcome: 'failed' })),

  ...recoveryRows,
];

/** Whoever has seen what they came for leaves by any of these. */
function endings(from: StateName): readonly Row[] {
  return (['visit.finished', 'visit.cancelled', 'deadline.passed'] as const).map((on) => {
    return { from, on, to: 'done', outcome: 'informed' };
  });
}
