import type { TransactionEvent } from './events.js';
import type { StateName } from './states.js';
import type { CardMove } from './table.js';

/**
 * Whether it is in doubt, after this, which card leaves the stack next: one is missing, or did not come out, so that
 * somebody's hands will be in the stack. Matters only where nothing but their order tells the cards apart.
 */
export function doubtsOrder(from: StateName, event: TransactionEvent, card: CardMove | undefined): boolean {
  if (card === 'uncertain') return true;
  if (from !== 'staging' || card !== undefined) return false;
  return event.type === 'deadline.passed' || (event.type === 'device.failed' && event.reason === 'dispenser.media-jam');
}
