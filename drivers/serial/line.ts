import { SerialPort } from 'serialport';
import type { Clock } from '../../src/contracts/clock.js';
import { noticeHangUp } from './hang-up.js';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

export interface LineEvents {
  onOpen(): void;
  onDown(): void;
  /** The bytes are overwritten when the call returns. */
  onData(bytes: Uint8Array): void;
}

/** A serial line, 8N1, that is opened again with back-off (100 ms, doubling to 5 s) whenever it cannot be opened or is lost. */
export class SerialLine {
  #port: SerialPort | undefined;
  #opening: Promise<void> = Promise.resolve();
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly options: { readonly path: string; readonly baudRate: number },
    private readonly clock: Clock,
    private readonly events: LineEvents,
  ) {
    this.#open();
  }

  get isOpen(): boolean {
    return this.#closing === undefined && (this.#port?.isOpen ?? false);
  }

  /** Only while {@link isOpen}. A write that fails closes the line, which is reported as such. */
  write(bytes: Uint8Array): void {
    this.#port?.write(bytes);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#cancelRetry();
    await this.#opening;
    const port = this.#port;
    if (port?.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
  }

  #open(): void {
    const port = new SerialPort({ ...this.options, autoOpen: false });
    // Before anything else that waits for the port: the first read follows at once.
    port.on('open', () => noticeHangUp(port));
    // The loss of a port is told twice, as an error and as its end; the end is what counts.
    port.on('error', () => this.#lost(port));
    port.on('close', () => this.#lost(port));
    port.on('data', (bytes: Buffer) => {
      this.events.onData(bytes);
      bytes.fill(0);
    });
    this.#opening = new Promise((resolve) => {
      port.open((error) => {
        if (error) this.#retry();
        else this.#opened(port);
        resolve();
      });
    });
  }

  #opened(port: SerialPort): void {
    this.#port = port;
    this.#retryMs = FIRST_RETRY_MS;
    if (this.#closing === undefined) this.events.onOpen();
  }

  #lost(port: SerialPort): void {
    if (this.#port !== port) return;
    this.#port = undefined;
    // An error may come before the end: nothing of a port given up may stay open.
    if (port.isOpen) port.close();
    this.events.onDown();
    this.#retry();
  }

  #retry(): void {
    if (this.#closing !== undefined) return;
    this.#cancelRetry = this.clock.after(this.#retryMs, () => this.#open());
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }
}
