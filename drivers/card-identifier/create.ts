import type { CardIdentifier } from '../../src/contracts/card-identifier.js';
import { KioskError } from '../../src/errors.js';
import { SerialCardIdentifier } from './scanner.js';

/** The card identifier of a configuration. */
export function createCardIdentifier(
  config:
    | { readonly driver: 'scanner'; readonly port: string; readonly baudRate: number; readonly timeoutMs: number }
    | { readonly driver: 'batch-order' },
  nextCard: () => Promise<string | undefined>,
): CardIdentifier {
  if (config.driver !== 'scanner') throw new KioskError('internal.impossible', `${config.driver} ${nextCard.name}`);
  const { port, baudRate, timeoutMs } = config;
  return new SerialCardIdentifier({ name: 'cardIdentifier', path: port, baudRate, timeoutMs });
}
