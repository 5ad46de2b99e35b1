import type { Clock } from '../../../src/contracts/clock.js';
import type { IdDocument, IdReader, PhotoDecoder } from '../../../src/contracts/id-reader.js';
import { codeOf, KioskError, type ErrorCode } from '../../../src/errors.js';
import { systemClock } from '../../../src/lib/clock.js';
import { Health } from '../../../src/lib/health.js';
import { cardFound, checkModule, fetchCard, isReaderFault } from './card.js';
import { documentOf } from './document.js';
import { Exchange, type Ask } from './exchange.js';
import { SerialLine } from '../../serial/line.js';
import { Misreading } from '../misreading.js';
import { Turns } from '../turns.js';

export interface SamOptions {
  readonly name: string;
  /** The tty, e.g. `/dev/ttyUSB0`. */
  readonly path: string;
  readonly baudRate: number;
  /** Between two looks for a card. */
  readonly pollMs: number;
  /** A card that cannot be read may come to lie right within this time. Milliseconds. */
  readonly settleMs: number;
  /** Between two questions after the module's state. */
  readonly healthMs: number;
}

/** A failed read says this about the reader itself; its other failures may be over with the next frame. */
const LASTING: readonly ErrorCode[] = ['reader.no-answer', 'reader.self-test'];

/** Reader of second-generation resident-ID cards with a SAM module on a serial line (protocol of GA/T 450 readers). */
export class SamIdReader implements IdReader {
  readonly name: string;
  readonly #health = new Health('reader.offline');
  readonly #line: SerialLine;
  readonly #exchange: Exchange;
  readonly #reads = new Turns();
  readonly #stops = new Set<AbortController>();
  #closed = false;
  /** The card in the field was delivered: it is not read again before the field was seen empty. */
  #delivered = false;
  readonly #misreading: Misreading;
  #cancelCheck: () => void = () => undefined;

  constructor(
    private readonly options: SamOptions,
    private readonly decoder: PhotoDecoder,
    private readonly clock: Clock = systemClock,
  ) {
    this.name = options.name;
    this.#exchange = new Exchange(() => this.#line, clock);
    this.#misreading = new Misreading(options.settleMs, clock);
    this.#line = new SerialLine({ path: options.path, baudRate: options.baudRate }, clock, {
      onOpen: () => void this.#check(),
      onDown: () => this.#down(),
      onData: (bytes) => this.#exchange.onData(bytes),
    });
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  async read(signal: AbortSignal): Promise<IdDocument> {
    signal.throwIfAborted();
    if (this.#closed) throw new KioskError('reader.offline', 'closed');
    const stop = new AbortController();
    const abort = (): void => stop.abort(signal.reason);
    signal.addEventListener('abort', abort);
    this.#stops.add(stop);
    try {
      return await this.#deliver(stop.signal);
    } finally {
      signal.removeEventListener('abort', abort);
      this.#stops.delete(stop);
      this.#scheduleCheck();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelCheck();
    for (const stop of this.#stops) stop.abort(new KioskError('reader.offline', 'closed'));
    const closed = this.#line.close();
    this.#down();
    this.#health.close();
    await closed;
  }

  /** Settles at once when stopped; what is read after that is forgotten. */
  #deliver(stop: AbortSignal): Promise<IdDocument> {
    return new Promise((resolve, reject) => {
      const stopped = (): void => reject(stop.reason as Error);
      stop.addEventListener('abort', stopped);
      this.#reads
        .run(() => this.#await(stop))
        .then((document) => {
          if (stop.aborted) {
            document.fields.wipe();
            document.photo.wipe();
          } else {
            this.#delivered = true;
            this.#misreading.over();
            resolve(document);
          }
        }, reject);
    });
  }

  async #await(stop: AbortSignal): Promise<IdDocument> {
    this.#misreading.begin();
    for (;;) {
      stop.throwIfAborted();
      const document = await this.#try(stop);
      if (document) return document;
      const failure = this.#misreading.due();
      if (failure) throw failure;
      await this.#pause(stop);
    }
  }

  /** @returns undefined when there is no card, or none that can be read yet */
  async #try(stop: AbortSignal): Promise<IdDocument | undefined> {
    try {
      const found = await this.#look(stop);
      if (!found) return undefined;
      const document = await documentOf(found.data, this.decoder);
      return { ...document, readMs: this.clock.monotonic() - found.at };
    } catch (error) {
      this.#misreading.failed(error);
      if (codeOf(error) === 'document.removed') this.#misreading.gone();
      return undefined;
    }
  }

  async #look(stop: AbortSignal): Promise<{ readonly at: number; readonly data: Uint8Array } | undefined> {
    try {
      return await this.#exchange.run(async (ask) => {
        const there = await this.#seeCard(ask);
        if (!there || this.#delivered || stop.aborted) return undefined;
        const at = this.clock.monotonic();
        const data = await fetchCard(ask, stop);
        return data && { at, data };
      });
    } catch (error) {
      if (LASTING.includes(codeOf(error))) this.#fail(error);
      throw error;
    }
  }

  async #seeCard(ask: Ask): Promise<boolean> {
    const there = await cardFound(ask);
    if (!there) {
      this.#delivered = false;
      this.#misreading.gone();
    }
    return there;
  }

  #pause(stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        stop.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.clock.after(this.options.pollMs, end);
      stop.addEventListener('abort', end);
    });
  }

  #down(): void {
    this.#cancelCheck();
    this.#exchange.onDown();
    this.#misreading.over();
    this.#health.set('reader.offline');
  }

  #fail(error: unknown): void {
    const code = codeOf(error);
    if (this.#line.isOpen && isReaderFault(code)) this.#health.set(code);
  }

  /** Nobody looks for a card between two reads, but one that was delivered or failed has to be seen leaving. */
  get #watches(): boolean {
    return (this.#delivered || this.#misreading.lasts) && this.#stops.size === 0 && this.fault() === undefined;
  }

  #scheduleCheck(): void {
    this.#cancelCheck();
    if (!this.#line.isOpen) return;
    const { pollMs, healthMs } = this.options;
    this.#cancelCheck = this.clock.after(this.#watches ? pollMs : healthMs, () => void this.#check());
  }

  async #check(): Promise<void> {
    try {
      if (this.#watches) {
        await this.#exchange.run((ask) => this.#seeCard(ask));
      } else {
        await this.#exchange.run(checkModule);
        if (this.#line.isOpen) this.#health.set(undefined);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#scheduleCheck();
  }
}
