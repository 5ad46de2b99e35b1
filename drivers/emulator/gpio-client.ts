import type { LineConnection } from '../../src/lib/socket.js';
import { ToChip, type ChipError, type FromChip, type Order } from '../gpio/emulated/protocol.js';
import type { EmulatedLine } from './gpio-line.js';

type Refusal = { readonly error: ChipError; readonly line: string };
type RequestOrder = Extract<Order, { type: 'request-outputs' | 'request-inputs' }>;

/** One program that has the chip open. When its connection ends, for whatever reason, its outputs become inactive. */
export class ChipClient {
  readonly #connection: LineConnection;
  readonly #lines: ReadonlyMap<string, EmulatedLine>;

  constructor(connection: LineConnection, lines: ReadonlyMap<string, EmulatedLine>) {
    this.#connection = connection;
    this.#lines = lines;
    connection.onMessage((message) => this.#take(message));
    connection.onClose(() => this.release());
  }

  release(): void {
    for (const line of this.#lines.values()) if (line.heldBy(this)) line.release();
  }

  #take(message: unknown): void {
    const parsed = ToChip.safeParse(message);
    if (!parsed.success) {
      this.#connection.close();
      return;
    }
    const { id, order } = parsed.data;
    const outcome = this.#obey(order);
    this.#send(
      typeof outcome === 'boolean' ? { type: 'done', id, level: outcome } : { type: 'refused', id, ...outcome },
    );
  }

  #obey(order: Order): boolean | Refusal {
    switch (order.type) {
      case 'request-outputs':
      case 'request-inputs':
        return this.#request(order) ?? false;
      case 'set': {
        const line = this.#mine(order.line);
        if (!line) return { error: 'gpio.line-unknown', line: order.line };
        if (line.heldBy(this) !== 'output') return { error: 'gpio.line-direction', line: order.line };
        line.set(order.level);
        return false;
      }
      case 'get':
        return this.#mine(order.line)?.get() ?? { error: 'gpio.line-unknown', line: order.line };
    }
  }

  /** To a client there are only the lines it requested. */
  #mine(name: string): EmulatedLine | undefined {
    const line = this.#lines.get(name);
    return line?.heldBy(this) ? line : undefined;
  }

  #request(order: RequestOrder): Refusal | undefined {
    const direction = order.type === 'request-outputs' ? 'output' : 'input';
    const asked = new Set<string>();
    for (const { line } of order.lines) {
      const error = this.#refusal(line, direction, asked);
      if (error) return { error, line };
      asked.add(line);
    }
    for (const request of order.lines) {
      this.#lines.get(request.line)?.hold({
        client: this,
        direction,
        activeLow: request.activeLow,
        debounceUs: 'debounceUs' in request ? request.debounceUs : 0,
        report: (level) => this.#report(request.line, level),
      });
    }
    return undefined;
  }

  #refusal(name: string, direction: 'input' | 'output', asked: ReadonlySet<string>): ChipError | undefined {
    const line = this.#lines.get(name);
    if (!line) return 'gpio.line-unknown';
    if (line.direction && line.direction !== direction) return 'gpio.line-direction';
    return line.held || asked.has(name) ? 'gpio.line-busy' : undefined;
  }

  #report(line: string, level: boolean): void {
    this.#send({ type: 'edge', line, level, timestampNs: String(process.hrtime.bigint()) });
  }

  #send(message: FromChip): void {
    this.#connection.send(message);
  }
}
