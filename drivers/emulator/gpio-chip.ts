import { KioskError } from '../../src/errors.js';
import { Listeners } from '../../src/lib/listeners.js';
import { LineConnection, listenOn } from '../../src/lib/socket.js';
import type { ChipWires } from './chip-wires.js';
import { ChipClient } from './gpio-client.js';
import { EmulatedLine, type ChipLine, type WireLevel } from './gpio-line.js';

export interface ChipOptions {
  readonly socket: string;
  readonly lines: readonly ChipLine[];
}

/**
 * A GPIO chip with named lines behind a Unix socket, as the kernel's character device would offer them, and the ends of
 * the wires for the world behind it. The world works with levels on the wire; polarity is the client's affair.
 */
export class EmulatedGpioChip implements ChipWires {
  readonly #socket: string;
  readonly #lines: ReadonlyMap<string, EmulatedLine>;
  readonly #outputs = new Listeners<[line: string, level: WireLevel]>();
  readonly #clients = new Set<ChipClient>();
  #server: { close(): Promise<void> } | undefined;

  /** Not there for any client before `plugIn`: connect the world first, so that nobody sees lines without it. */
  constructor({ socket, lines }: ChipOptions) {
    this.#socket = socket;
    this.#lines = new Map(
      lines.map((line) => [line.name, new EmulatedLine(line, (level) => this.#outputs.emit(line.name, level))]),
    );
  }

  /** A chip that is plugged in from the start. */
  static async listen(options: ChipOptions): Promise<EmulatedGpioChip> {
    const chip = new EmulatedGpioChip(options);
    await chip.plugIn();
    return chip;
  }

  async plugIn(): Promise<void> {
    if (this.#server) return;
    this.#server = await listenOn(this.#socket, (socket) => {
      const connection = new LineConnection(socket);
      const client = new ChipClient(connection, this.#lines);
      this.#clients.add(client);
      connection.onClose(() => this.#clients.delete(client));
    });
  }

  /** The chip is lost to every client at once; its outputs become inactive. */
  async unplug(): Promise<void> {
    for (const client of this.#clients) client.release();
    const server = this.#server;
    this.#server = undefined;
    await server?.close();
  }

  /** @throws `gpio.line-unknown` */
  output(name: string): WireLevel {
    return this.#line(name).wire;
  }

  /** @returns a function that removes the listener */
  onOutput(listener: (line: string, level: WireLevel) => void): () => void {
    return this.#outputs.add(listener);
  }

  /** Sets the level on the wire of an input; clients hear of it once it has settled. @throws `gpio.line-unknown`, `gpio.line-direction` */
  drive(name: string, level: WireLevel): void {
    const line = this.#line(name);
    if (line.direction === 'output') throw new KioskError('gpio.line-direction', name);
    line.drive(level);
  }

  async close(): Promise<void> {
    await this.unplug();
    this.#outputs.clear();
  }

  #line(name: string): EmulatedLine {
    const line = this.#lines.get(name);
    if (!line) throw new KioskError('gpio.line-unknown', name);
    return line;
  }
}
