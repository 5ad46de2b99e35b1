import type { Socket } from 'node:net';
import type { Edge, GpioChip, InputRequest, Level, OutputRequest } from '../../../src/contracts/gpio.js';
import { codeOf, type ErrorCode } from '../../../src/errors.js';
import { Health } from '../../../src/lib/health.js';
import { Listeners } from '../../../src/lib/listeners.js';
import { keepConnected } from '../../../src/lib/socket.js';
import { ChipConnection, chipMissing } from './connection.js';
import type { Order } from './protocol.js';

/** A request for lines: kept for as long as the driver lives, made again on every connection. */
interface Claim {
  readonly order: Order;
  granted: boolean;
  grant(): void;
  refuse(error: unknown): void;
}

/**
 * The client end of an emulated GPIO chip on a Unix socket (`drivers/emulator/gpio-chip.ts`).
 * Lines requested before the chip is there are requested, and the call resolves, once it is.
 */
export class EmulatedGpio implements GpioChip {
  readonly name: string;
  readonly #health = new Health('gpio.chip-missing');
  readonly #edges = new Listeners<[Edge]>();
  readonly #claims = new Set<Claim>();
  readonly #link: { close(): void };
  #connection: ChipConnection | undefined;
  /** Settles once every line held before is held again: nothing is granted while calls would still be rejected. */
  #restored: Promise<void> = Promise.resolve();
  /** Why lines that this driver held before were not given back to it: outlives the connection it was said on. */
  #refusal: ErrorCode | undefined;
  #closed = false;

  constructor({ name, socket }: { readonly name: string; readonly socket: string }) {
    this.name = name;
    this.#link = keepConnected(
      socket,
      (connected) => this.#onConnected(connected),
      () => this.#onDown(),
    );
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  onEdge(listener: (edge: Edge) => void): () => void {
    return this.#edges.add(listener);
  }

  requestOutputs(requests: readonly OutputRequest[]): Promise<void> {
    const lines = requests.map(({ line, activeLow = false }) => ({ line, activeLow }));
    return this.#claim({ type: 'request-outputs', lines });
  }

  requestInputs(requests: readonly InputRequest[]): Promise<void> {
    const lines = requests.map(({ line, activeLow = false, bias = 'disabled', debounceUs = 0 }) => {
      return { line, activeLow, bias, debounceUs };
    });
    return this.#claim({ type: 'request-inputs', lines });
  }

  async set(line: string, level: Level): Promise<void> {
    await this.#call({ type: 'set', line, level });
  }

  get(line: string): Promise<Level> {
    return this.#call({ type: 'get', line });
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#link.close();
    this.#connection?.close();
    this.#connection = undefined;
    for (const claim of this.#claims) claim.refuse(chipMissing(this.name));
    this.#claims.clear();
    this.#health.set('gpio.chip-missing');
    this.#health.close();
    this.#edges.clear();
    return Promise.resolve();
  }

  #call(order: Order): Promise<Level> {
    if (this.#health.fault !== undefined || !this.#connection) return Promise.reject(chipMissing(this.name));
    return this.#connection.call(order);
  }

  #claim(order: Order): Promise<void> {
    if (this.#closed) return Promise.reject(chipMissing(this.name));
    return new Promise((grant, refuse) => {
      const claim: Claim = { order, granted: false, grant, refuse };
      this.#claims.add(claim);
      if (this.#connection) void this.#make(claim, this.#connection);
    });
  }

  #onConnected(socket: Socket): void {
    const connection = new ChipConnection(socket, this.name, (edge) => this.#edges.emit(edge));
    this.#connection = connection;
    const claims = [...this.#claims].map((claim) => this.#make(claim, connection));
    this.#restored = Promise.all(claims).then(() => {
      if (this.#connection === connection && !this.#refusal) this.#health.set(undefined);
    });
  }

  #onDown(): void {
    this.#connection = undefined;
    this.#health.set(this.#refusal ?? 'gpio.chip-missing');
    this.#refusal = undefined;
  }

  async #make(claim: Claim, connection: ChipConnection): Promise<void> {
    try {
      await connection.call(claim.order);
      claim.granted = true;
      void this.#restored.then(() => claim.grant());
    } catch (error) {
      const code = codeOf(error);
      if (code === 'gpio.chip-missing') return;
      if (claim.granted) {
        // Without its lines this driver is of no use: lets go of everything and asks again with the next connection.
        this.#refusal = code;
        connection.close();
      } else {
        this.#claims.delete(claim);
        claim.refuse(error);
      }
    }
  }
}
