import type { CardIdentifier } from '../../src/contracts/card-identifier.js';
import { BatchOrderIdentifier, type StackOrder } from './batch-order.js';
import { SerialCardIdentifier } from './scanner.js';

export type CardIdentifierOptions =
  | {
      readonly driver: 'scanner';
      readonly port: string;
      readonly baudRate: number;
      /** A card that says nothing for this long is unreadable. Milliseconds. */
      readonly timeoutMs: number;
    }
  | { readonly driver: 'batch-order' };

/** The card identifier of a configuration. */
export function createCardIdentifier(name: string, options: CardIdentifierOptions, order: StackOrder): CardIdentifier {
  if (options.driver === 'batch-order') return new BatchOrderIdentifier({ name, order });
  const { port, baudRate, timeoutMs } = options;
  return new SerialCardIdentifier({ name, path: port, baudRate, timeoutMs });
}
