import type { CardIdentifier } from '../../src/contracts/card-identifier.js';
import type { Clock } from '../../src/contracts/clock.js';
import { KioskError, type ErrorCode } from '../../src/errors.js';
import { systemClock } from '../../src/lib/clock.js';
import { Health } from '../../src/lib/health.js';
import { Listeners } from '../../src/lib/listeners.js';
import { SerialLine } from '../serial/line.js';
import { ScanLines } from './scan-lines.js';

export interface SerialCardIdentifierOptions {
  readonly name: string;
  readonly path: string;
  readonly baudRate: number;
  /** A card that says nothing for this long after `identify` is unreadable. Milliseconds. */
  readonly timeoutMs: number;
}

/** A bar code scanner, or a contact reader of the same manners, that says every card's ICCID as a line of text. */
export class SerialCardIdentifier implements CardIdentifier {
  readonly name: string;
  readonly reads = true;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #line: SerialLine;
  readonly #health = new Health('card.identifier-offline');
  /** Something was heard, or the line was lost. */
  readonly #news = new Listeners();
  #scan = new ScanLines();
  #heard: string | undefined;

  constructor(options: SerialCardIdentifierOptions, clock: Clock = systemClock) {
    this.name = options.name;
    this.#timeoutMs = options.timeoutMs;
    this.#clock = clock;
    const { path, baudRate } = options;
    this.#line = new SerialLine({ path, baudRate }, clock, {
      onOpen: () => this.#health.set(undefined),
      onData: (bytes) => this.#hear(bytes),
      onDown: () => this.#lose(),
    });
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  expect(): void {
    this.#heard = undefined;
    this.#scan.forget();
  }

  identify(signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        cancel();
        remove();
        signal.removeEventListener('abort', onAbort);
      };
      const fail = (error: Error): void => {
        end();
        reject(error);
      };
      const onAbort = (): void => fail(signal.reason as Error);
      const look = (): void => {
        if (this.#heard !== undefined) {
          end();
          resolve(this.#heard);
        } else if (this.#health.fault) {
          fail(new KioskError(this.#health.fault, this.name));
        }
      };
      const remove = this.#news.add(look);
      const cancel = this.#clock.after(this.#timeoutMs, () => fail(new KioskError('card.unreadable', this.name)));
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      else look();
    });
  }

  async close(): Promise<void> {
    this.#heard = undefined;
    this.#lose();
    this.#news.clear();
    this.#health.close();
    await this.#line.close();
  }

  #hear(bytes: Uint8Array): void {
    for (const iccid of this.#scan.push(bytes)) this.#heard ??= iccid;
    this.#news.emit();
  }

  #lose(): void {
    this.#scan = new ScanLines();
    this.#health.set('card.identifier-offline');
    this.#news.emit();
  }
}
