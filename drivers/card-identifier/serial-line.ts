import { SerialPort } from 'serialport';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

export interface SerialLineOptions {
  readonly path: string;
  readonly baudRate: number;
  readonly onOpen: () => void;
  readonly onData: (bytes: Uint8Array) => void;
  /** After every loss and every failed attempt. */
  readonly onDown: () => void;
}

/** A serial line (8N1) that is opened again with back-off, 100 ms doubling to 5 s, until it is closed. */
export class SerialLine {
  readonly #options: SerialLineOptions;
  #port: SerialPort | undefined;
  #opening: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #closing: Promise<void> | undefined;

  constructor(options: SerialLineOptions) {
    this.#options = options;
    this.#open();
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#shut());
  }

  #open(): void {
    const { path, baudRate, onData } = this.#options;
    const port = new SerialPort({ path, baudRate, autoOpen: false });
    this.#port = port;
    port.on('data', (bytes: Buffer) => {
      if (!this.#closing) onData(bytes);
    });
    // A broken line also closes; 'close' says so.
    port.on('error', () => undefined);
    port.on('close', () => this.#down());
    this.#opening = new Promise((opened) => {
      port.open((error) => {
        opened();
        if (error) this.#down();
        else if (!this.#closing) this.#up();
      });
    });
  }

  /** Opening has discarded what was said while nobody listened (`tcflush` in the bindings of serialport). */
  #up(): void {
    this.#retryMs = FIRST_RETRY_MS;
    this.#options.onOpen();
  }

  #down(): void {
    if (this.#closing) return;
    this.#timer = setTimeout(() => this.#open(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    this.#options.onDown();
  }

  async #shut(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#opening;
    const port = this.#port;
    if (port?.isOpen) await new Promise((resolve) => port.close(resolve));
  }
}
