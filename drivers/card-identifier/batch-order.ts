import type { CardIdentifier } from '../../src/contracts/card-identifier.js';
import { KioskError, type ErrorCode } from '../../src/errors.js';
import { Health } from '../../src/lib/health.js';

/** The stock ledger, as far as it knows the order in which the cards lie. */
export interface StackOrder {
  /** The card in the transport, or else the one that leaves the stack next. */
  nextCard(): Promise<string | undefined>;
  /** Nothing has happened since the cards were loaded or counted that may have changed their order. */
  orderKnown(): boolean;
  /** After every change of the ledger. @returns a function that removes the listener */
  onChange(listener: () => void): () => void;
}

/**
 * Reads no card: knows each by where it lay in the loaded batch. A card that was retained unread leaves the order as it
 * is, since it was the first of the stack. A card whose fate is uncertain, a jam that somebody clears by hand, and a door
 * opened outside maintenance put it in doubt: `fault()` is `stock.order-unknown` until a technician has counted the stack
 * and the ledger agrees, or has unloaded it. What nobody notices stays unnoticed: after two cards were fed as one, every
 * card behind them is taken for the one before it, until the next count. Only for units that cannot feed two.
 */
export class BatchOrderIdentifier implements CardIdentifier {
  readonly name: string;
  readonly reads = false;
  readonly #order: StackOrder;
  readonly #health: Health;
  readonly #removeOrder: () => void;
  #closed = false;

  constructor({ name, order }: { readonly name: string; readonly order: StackOrder }) {
    this.name = name;
    this.#order = order;
    this.#health = new Health(this.#findFault());
    this.#removeOrder = order.onChange(() => this.#health.set(this.#findFault()));
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  expect(): void {
    // The ledger knows what comes.
  }

  async identify(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const iccid = this.#closed ? undefined : await this.#order.nextCard();
    signal.throwIfAborted();
    const fault = this.#findFault();
    if (fault) throw new KioskError(fault, this.name);
    if (iccid === undefined) throw new KioskError('card.unreadable', this.name);
    return iccid;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#removeOrder();
    this.#health.set(this.#findFault());
    this.#health.close();
    return Promise.resolve();
  }

  #findFault(): ErrorCode | undefined {
    if (this.#closed) return 'card.identifier-offline';
    return this.#order.orderKnown() ? undefined : 'stock.order-unknown';
  }
}
