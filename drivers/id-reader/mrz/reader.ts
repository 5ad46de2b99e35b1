import type { Clock } from '../../../src/contracts/clock.js';
import type { IdDocument, IdReader, PhotoSource } from '../../../src/contracts/id-reader.js';
import { KioskError, type ErrorCode } from '../../../src/errors.js';
import { systemClock } from '../../../src/lib/clock.js';
import { Health } from '../../../src/lib/health.js';
import { Private } from '../../../src/lib/private.js';
import { SerialLine } from '../../serial/line.js';
import { Misreading } from '../misreading.js';
import { decodeZone } from './document.js';
import { Presentations, type Presented } from './presentations.js';

export interface MrzOptions {
  readonly name: string;
  /** The tty, e.g. `/dev/ttyACM0`. */
  readonly path: string;
  readonly baudRate: number;
  /** Silence of the reader for so long means that the document was taken away. Milliseconds. */
  readonly pauseMs: number;
  /** A document that cannot be read may come to lie right within this time. Milliseconds. */
  readonly settleMs: number;
}

/**
 * Serial reader of machine-readable zones (ICAO Doc 9303): it sends the lines as text when a document is laid down or swiped,
 * once or again and again, and cannot be asked anything. Its health is that of its line. The photograph comes from `photo`.
 */
export class MrzIdReader implements IdReader {
  readonly name: string;
  readonly #health = new Health('reader.offline');
  readonly #line: SerialLine;
  readonly #presentations: Presentations;
  readonly #misreading: Misreading;
  readonly #closing = new AbortController();

  constructor(
    options: MrzOptions,
    private readonly photo: PhotoSource,
    private readonly clock: Clock = systemClock,
  ) {
    this.name = options.name;
    this.#misreading = new Misreading(options.settleMs, clock);
    this.#presentations = new Presentations(options.pauseMs, clock, () => this.#misreading.gone());
    this.#line = new SerialLine({ path: options.path, baudRate: options.baudRate }, clock, {
      onOpen: () => this.#health.set(undefined),
      onDown: () => this.#down(),
      onData: (bytes) => this.#presentations.hear(bytes),
    });
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  async read(signal: AbortSignal): Promise<IdDocument> {
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    stop.throwIfAborted();
    if (!this.#line.isOpen) throw new KioskError('reader.offline', 'port not open');
    this.#misreading.begin();
    for (;;) {
      const presented = await this.#next(stop);
      try {
        const document = await this.#document(presented, stop);
        this.#misreading.over();
        return document;
      } catch (error) {
        this.#presentations.giveBack();
        this.#misreading.failed(error);
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new KioskError('reader.offline', 'closed'));
    const closed = this.#line.close();
    this.#down();
    this.#health.close();
    await closed;
  }

  /** The next zone, unless it is time to say that the one before could not be used. */
  async #next(stop: AbortSignal): Promise<Presented> {
    const settled = new AbortController();
    const cancel = this.#misreading.whenDue((error) => settled.abort(error));
    try {
      const either = AbortSignal.any([stop, settled.signal]);
      either.throwIfAborted();
      return await this.#presentations.next(either);
    } finally {
      cancel();
    }
  }

  async #document({ zone, at }: Presented, stop: AbortSignal): Promise<IdDocument> {
    const today = new Date(this.clock.now()).toISOString().slice(0, 10).replaceAll('-', '');
    const fields = decodeZone(zone, today);
    const photo = await this.photo.take(stop);
    return { fields: new Private(fields), photo: new Private(photo), readMs: this.clock.monotonic() - at };
  }

  #down(): void {
    this.#presentations.fail(new KioskError('reader.offline', 'line lost'));
    this.#misreading.over();
    this.#health.set('reader.offline');
  }
}
