import fc from 'fast-check';
import type { ErrorCode } from '../../src/errors.js';
import type { EventName, Found, TransactionEvent } from '../../src/transaction/events.js';
import type { ServiceName } from '../../src/transaction/services.js';
import { accepts, recover, step, type Limits } from '../../src/transaction/step.js';
import { transitions } from '../../src/transaction/table.js';
import { initial, type Step, type Transaction } from '../../src/transaction/transaction.js';

export const FOUND = ['none', 'transport', 'exit'] as const satisfies readonly Found[];
export const eventNames: readonly EventName[] = [...new Set(transitions.map(({ on }) => on))];
const REASONS = [
  'document.unreadable',
  'face.blurred',
  'carrier.refused',
  'dispenser.media-jam',
  'card.unknown',
] as const;

/** What leads to a sale: without these most walks would end at the first question. */
const ONWARDS: ReadonlySet<EventName> = new Set([
  'health.restored',
  'visit.started',
  'consent.given',
  'document.read',
  'document.accepted',
  'carrier.cleared',
  'face.captured',
  'face.matched',
  'carrier.listed',
  'number.disputed',
  'carrier.case-opened',
  'number.chosen',
  'carrier.approved',
  'card.staged',
  'card.identified',
  'carrier.bound',
  'card.presented',
  'card.taken',
  'card.retained',
  'visit.closed',
]);

interface Details {
  readonly transaction: string;
  readonly reason: ErrorCode;
  readonly found: Found;
  readonly service?: string;
}

/** An event of the given name, with everything an event of that name carries. */
export function makeEvent(
  type: EventName,
  { transaction, reason, found, service = 'new-sim' }: Details,
): TransactionEvent {
  switch (type) {
    case 'visit.started':
      return { type, transaction, service };
    case 'number.chosen':
    case 'number.disputed':
      return { type, entry: 1 };
    case 'carrier.case-opened':
      return { type, reference: '1234-5678' };
    case 'carrier.approved':
      return { type, approval: `approval of ${transaction}` };
    case 'card.identified':
      return { type, iccid: '89860000000000000013' };
    case 'health.lost':
      return { type, reasons: [reason] };
    case 'device.failed':
    case 'door.opened':
      return { type, reason, found };
    case 'deadline.passed':
    case 'media.checked':
      return { type, found };
    case 'document.failed':
    case 'document.refused':
    case 'face.failed':
    case 'customer.absent':
    case 'carrier.refused':
    case 'card.unidentified':
    case 'card.vanished':
      return { type, reason };
    case 'consent.given':
    case 'consent.declined':
    case 'document.read':
    case 'document.accepted':
    case 'carrier.cleared':
    case 'carrier.listed':
    case 'face.captured':
    case 'face.matched':
    case 'card.staged':
    case 'carrier.bound':
    case 'card.presented':
    case 'card.taken':
    case 'card.retained':
    case 'visit.cancelled':
    case 'visit.finished':
    case 'visit.closed':
    case 'health.restored':
      return { type };
  }
}

/** One thing that happens on a walk; `do: 'crash'` is a restart that finds what the sensors see. */
interface Choice {
  readonly do: 'onwards' | 'anything' | 'crash';
  readonly pick: number;
  readonly reason: ErrorCode;
  readonly found: Found;
  readonly service: ServiceName;
  readonly afterMs: number;
}

/** Choices for a walk: mostly towards a sale, often something else, now and then a crash. */
export const choices: fc.Arbitrary<Choice[]> = fc.array(
  fc.record({
    do: fc.oneof(
      { weight: 8, arbitrary: fc.constant('onwards' as const) },
      { weight: 2, arbitrary: fc.constant('anything' as const) },
      { weight: 1, arbitrary: fc.constant('crash' as const) },
    ),
    pick: fc.nat(1_000),
    reason: fc.constantFrom(...REASONS),
    found: fc.constantFrom(...FOUND),
    service: fc.constantFrom<ServiceName>('new-sim', 'new-sim', 'replace-sim', 'replace-sim', 'my-numbers'),
    afterMs: fc.nat(100_000),
  }),
  { minLength: 1, maxLength: 80, size: 'max' },
);

export const limitsArbitrary: fc.Arbitrary<Limits> = fc.record({
  documentTries: fc.integer({ min: 1, max: 4 }),
  faceTries: fc.integer({ min: 1, max: 4 }),
  deadlinesMs: fc.constantFrom({}, { presented: 1_500, reading: 4_000 }),
});

export interface Stride {
  readonly from: Transaction;
  readonly event: TransactionEvent;
  readonly crash: boolean;
  readonly now: number;
  readonly taken: Step;
}

/** Walks from `initial` by events that the state accepts; every visit has an identity of its own. */
export function walk(path: readonly Choice[], limits: Limits): Stride[] {
  let now = 1_700_000_000_000;
  let at = initial(now);
  return path.map((choice, index) => {
    now += choice.afterMs;
    const transaction = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const event = makeEvent(chosen(at, choice), { ...choice, transaction });
    const crash = choice.do === 'crash';
    const taken = crash ? recover(at, choice.found, now, limits) : step(at, event, now, limits);
    const stride = { from: at, event, crash, now, taken };
    at = taken.next;
    return stride;
  });
}

function chosen({ state }: Transaction, choice: Choice): EventName {
  if (choice.do === 'crash') return 'media.checked';
  const open = eventNames.filter((name) => accepts(state, name));
  const onwards = open.find((name) => ONWARDS.has(name));
  if (choice.do === 'onwards' && onwards) return onwards;
  return open[choice.pick % open.length] ?? 'media.checked';
}

/** The strides of each visit, from `visit.started` to the next one; what came before the first visit is no visit. */
export function visits(strides: readonly Stride[]): Stride[][] {
  const found: Stride[][] = [];
  for (const stride of strides) {
    if (stride.event.type === 'visit.started') found.push([stride]);
    else found.at(-1)?.push(stride);
  }
  return found;
}
