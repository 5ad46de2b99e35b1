import type { ErrorCode } from '../errors.js';
import type { Outcome } from '../transaction/table.js';
import type { VisitPlan } from './plan.js';

/** What a visit may end with that lies in earlier ones: numbers, failed comparisons, a card that left its place while a sensor lied. */
const EARLIER: ReadonlySet<string> = new Set<ErrorCode>([
  'carrier.holder-limit',
  'carrier.no-numbers',
  'carrier.number-busy',
  'document.locked',
  'card.misplaced',
  'card.uncertain',
  'card.unknown',
]);

/** Whether a visit that nothing disturbs may end so. */
export const endsWell = (plan: VisitPlan, outcome: string, reason = ''): boolean =>
  outcome === endingOf(plan) || EARLIER.has(reason);

function endingOf({ comesFor, consents, document, matches, takes }: VisitPlan): Outcome {
  if (!consents) return 'declined';
  if (document === 'none') return 'abandoned';
  if (document !== 'good') return 'refused-document';
  if (!matches) return 'refused-face';
  if (comesFor === 'my-numbers') return 'informed';
  if (!takes) return 'retained';
  return comesFor === 'new-sim' ? 'sold' : 'replaced';
}
