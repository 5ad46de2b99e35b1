import { stateNames, type StateName } from './states.js';
import type { Row } from './table.js';

/** What is done when the sensors see a card, or none. `why` is for the people who read the table. */
interface Recovery extends Pick<Row, 'to' | 'outcome' | 'reason' | 'card' | 'emit'> {
  readonly why: string;
}

interface Recoveries {
  readonly cardSeen: Recovery;
  readonly noCard: Recovery;
  /** In place of `noCard`, when the visit's card was not identified. */
  readonly unidentified?: Recovery;
}

const INTERRUPTED = { outcome: 'failed', reason: 'visit.interrupted' } as const;

/** Nobody's card, or one that left the stack before it was on record. */
const KEEP: Recovery = {
  ...INTERRUPTED,
  to: 'retaining',
  card: 'transport',
  why: 'a card that is nobody’s is kept inside',
};
const KEEP_ITS_CARD: Recovery = { ...INTERRUPTED, to: 'retaining', why: 'its card is kept inside' };
const END: Recovery = { ...INTERRUPTED, to: 'done', why: 'the visit is over; the customer may begin anew' };
const END_AND_VOID: Recovery = { ...END, emit: ['sale.void'], why: 'the visit is over, and the approval void' };
const LOST: Recovery = {
  ...INTERRUPTED,
  to: 'done',
  card: 'uncertain',
  emit: ['sale.uncertain'],
  why: 'it was taken, or is somewhere else: a technician says so',
};
/** No number was bound to it. */
const LOST_UNSOLD: Recovery = {
  ...LOST,
  emit: ['sale.void'],
  why: 'it was not sold; a technician says where it is',
};
const BETWEEN: Recoveries = {
  cardSeen: KEEP,
  noCard: {
    to: 'out-of-service',
    card: 'uncertain',
    why: 'opens when nothing stands in the way; a card on record in the transport is for a technician',
  },
};
const BEFORE_ASKING: Recoveries = { cardSeen: KEEP, noCard: END };
const WITH_APPROVAL: Recoveries = { cardSeen: KEEP, noCard: END_AND_VOID };
const WITH_CARD: Recoveries = { cardSeen: KEEP_ITS_CARD, noCard: LOST };

/**
 * What a start makes of each state in which the last run ended, by what the sensors see, and the same when the
 * dispenser has come back. Nothing is ever dispensed again, and what cannot be known is a technician's task.
 */
export const recoveries: Readonly<Record<StateName, Recoveries>> = {
  idle: BETWEEN,
  'out-of-service': BETWEEN,
  consent: BEFORE_ASKING,
  reading: BEFORE_ASKING,
  checking: BEFORE_ASKING,
  prechecking: BEFORE_ASKING,
  capturing: BEFORE_ASKING,
  verifying: BEFORE_ASKING,
  listing: BEFORE_ASKING,
  showing: BEFORE_ASKING,
  disputing: BEFORE_ASKING,
  'case-opened': BEFORE_ASKING,
  choosing: BEFORE_ASKING,
  authorising: WITH_APPROVAL,
  staging: WITH_APPROVAL,
  identifying: { ...WITH_CARD, noCard: LOST_UNSOLD },
  binding: WITH_CARD,
  presenting: WITH_CARD,
  presented: WITH_CARD,
  retaining: {
    cardSeen: { to: 'retaining', why: 'its card is kept inside, as was begun' },
    noCard: {
      to: 'done',
      outcome: 'failed',
      reason: 'card.uncertain',
      card: 'uncertain',
      emit: ['sale.uncertain'],
      why: 'it is in the bin, or was taken: a technician says so',
    },
    unidentified: { ...LOST_UNSOLD, reason: 'card.uncertain' },
  },
  done: BETWEEN,
};

/** The same as rows of the table of transitions. */
export const recoveryRows: readonly Row[] = stateNames.flatMap((from): Row[] => {
  const row = ({ to, outcome, reason, card, emit }: Recovery): Row => ({
    ...{ from, on: 'media.checked', to },
    ...(outcome && { outcome }),
    ...(reason && { reason }),
    ...(card && { card }),
    ...(emit && { emit }),
  });
  const { cardSeen, noCard, unidentified } = recoveries[from];
  return [
    { ...row(cardSeen), when: 'cardFound' },
    ...(unidentified ? [{ ...row(unidentified), when: 'unidentified' } as const] : []),
    row(noCard),
  ];
});

/** For the README. */
export function recoveryTable(): string {
  const cell = ({ to, card, emit, why }: Recovery): string => {
    const also = [card && `card → \`${card}\``, ...(emit ?? []).map((type) => `tells \`${type}\``)].filter(Boolean);
    return `\`${to}\`${also.length > 0 ? `, ${also.join(', ')}` : ''}: ${why}`;
  };
  return [
    '| killed in | the sensors see no card | the sensors see a card |',
    '|---|---|---|',
    ...stateNames.map((state) => {
      const { cardSeen, noCard, unidentified } = recoveries[state];
      const unsold = unidentified ? `; not identified: ${cell(unidentified)}` : '';
      return `| \`${state}\` | ${cell(noCard)}${unsold} | ${cell(cardSeen)} |`;
    }),
  ].join('\n');
}
