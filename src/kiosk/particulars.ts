import type { Screen, Terms } from '../contracts/panel.js';
import type { Transaction } from '../transaction/transaction.js';
import type { Visit } from './visit.js';

/** What belongs on the screen of a state besides its name. */
export type Particulars = Pick<Screen, 'terms' | 'numbers' | 'reference'>;

export function particulars({ state, reference }: Transaction, { numbers }: Visit, terms: Terms): Particulars {
  if (state === 'consent') return { terms };
  if (state === 'showing' || state === 'choosing') return { numbers };
  return state === 'case-opened' && reference !== undefined ? { reference } : NOTHING;
}

const NOTHING: Particulars = {};
