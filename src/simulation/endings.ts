import type { ErrorCode } from '../errors.js';
import type { ServiceName } from '../transaction/services.js';
import type { Outcome } from '../transaction/table.js';
import type { VisitPlan } from './plan.js';

/** Failed comparisons, a card that left its place while a sensor lied. */
const EARLIER: readonly ErrorCode[] = ['document.locked', 'card.misplaced', 'card.uncertain', 'card.unknown'];

/** What a visit may end with that lies in earlier ones: of numbers only what concerns whoever comes for this. */
const MAY_END: Readonly<Record<ServiceName, ReadonlySet<string>>> = {
  'new-sim': new Set<ErrorCode>([...EARLIER, 'carrier.holder-limit']),
  'replace-sim': new Set<ErrorCode>([...EARLIER, 'carrier.no-numbers', 'carrier.number-busy']),
  'my-numbers': new Set<ErrorCode>(['document.locked']),
};

/** Of so many visits or more, one in so many may end for a reason that lies in earlier ones: a kiosk is there to sell. */
const [MANY, RARE] = [200, 3];

/** How visits end that nothing disturbs. */
export class Endings {
  #judged = 0;
  #earlier = 0;

  /** @returns whether one may end so */
  isWell(plan: VisitPlan, outcome: string, reason = ''): boolean {
    this.#judged += 1;
    if (outcome === endingOf(plan)) return true;
    this.#earlier += 1;
    return MAY_END[plan.comesFor].has(reason);
  }

  /** At the end: whether customers were served, all in all. */
  get areWell(): boolean {
    return this.#judged < MANY || this.#earlier * RARE < this.#judged;
  }
}

function endingOf({ comesFor, consents, document, matches, takes }: VisitPlan): Outcome {
  if (!consents) return 'declined';
  if (document === 'none') return 'abandoned';
  if (document !== 'good') return 'refused-document';
  if (!matches) return 'refused-face';
  if (comesFor === 'my-numbers') return 'informed';
  if (!takes) return 'retained';
  return comesFor === 'new-sim' ? 'sold' : 'replaced';
}
