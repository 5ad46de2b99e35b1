import type { Socket } from 'node:net';
import type { Edge, Level } from '../../../src/contracts/gpio.js';
import { KioskError } from '../../../src/errors.js';
import { LineConnection } from '../../../src/lib/socket.js';
import { FromChip, type Order, type ToChip } from './protocol.js';

/** A chip that takes longer than this to answer is treated as lost. */
const ANSWER_MS = 2_000;

interface Waiting {
  readonly timer: NodeJS.Timeout;
  readonly resolve: (level: Level) => void;
  readonly reject: (error: KioskError) => void;
}

/** One connection to the chip, from connect to loss. */
export class ChipConnection {
  readonly #lines: LineConnection;
  readonly #waiting = new Map<number, Waiting>();
  readonly #chip: string;
  #nextId = 0;
  #lost = false;

  constructor(socket: Socket, chip: string, onEdge: (edge: Edge) => void) {
    this.#chip = chip;
    this.#lines = new LineConnection(socket);
    this.#lines.onMessage((message) => this.#take(message, onEdge));
    this.#lines.onClose(() => this.#lose());
  }

  /**
   * Gives the chip an order. @returns the level for `get`.
   * @throws what the chip refused, or `gpio.chip-missing` when the connection is lost before the answer
   */
  call(order: Order): Promise<Level> {
    return new Promise((resolve, reject) => {
      if (this.#lost) {
        reject(chipMissing(this.#chip));
        return;
      }
      const id = this.#nextId++;
      const timer = setTimeout(() => this.close(), ANSWER_MS);
      this.#waiting.set(id, { timer, resolve, reject });
      this.#lines.send({ id, order } satisfies ToChip);
    });
  }

  close(): void {
    this.#lose();
    this.#lines.close();
  }

  #take(message: unknown, onEdge: (edge: Edge) => void): void {
    const parsed = FromChip.safeParse(message);
    if (!parsed.success) {
      this.close();
      return;
    }
    const { data } = parsed;
    if (data.type === 'edge') {
      onEdge({ line: data.line, level: data.level, timestampNs: BigInt(data.timestampNs) });
      return;
    }
    const waiting = this.#waiting.get(data.id);
    if (!waiting) return;
    this.#waiting.delete(data.id);
    clearTimeout(waiting.timer);
    if (data.type === 'done') waiting.resolve(data.level);
    else waiting.reject(new KioskError(data.error, `${this.#chip} ${data.line}`));
  }

  #lose(): void {
    this.#lost = true;
    for (const { timer, reject } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(chipMissing(this.#chip));
    }
    this.#waiting.clear();
  }
}

export function chipMissing(chip: string): KioskError {
  return new KioskError('gpio.chip-missing', chip);
}
