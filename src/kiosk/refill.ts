import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.js';
import { errorTable, KioskError, type ErrorCode } from '../errors.js';
import type { Journal } from '../journal/journal.js';
import { Health } from '../lib/health.js';
import { loadBatchFile } from './batch.js';

/** So long until a file that could not be read is tried again. Milliseconds. */
const AGAIN_MS = 5_000;

interface Options {
  readonly file: string | undefined;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** Cards were loaded: messages are waiting. */
  readonly onLoaded: () => void;
  readonly onFatal: (error: unknown) => void;
}

/**
 * Puts the batch file on the books. While it cannot be read no sale is begun, since what lies in the stack may not be what
 * the books say: it is tried again until it can.
 */
export class Refill {
  readonly #options: Options;
  readonly #health = new Health();
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  /** @throws whatever keeps the journal from being written */
  async look(): Promise<void> {
    const { file, journal, clock, log, onLoaded, onFatal } = this.#options;
    this.#cancel();
    if (file === undefined) return;
    try {
      const loaded = await loadBatchFile(file, journal, clock.now());
      this.#health.set(undefined);
      if (loaded === 0) return;
      log.info({ cards: journal.cards() }, 'stock loaded');
      onLoaded();
    } catch (error) {
      if (!(error instanceof KioskError) || error.code !== 'stock.batch-invalid') throw error;
      const { code, detail } = error;
      if (this.fault() !== code) log.error({ code, detail, means: errorTable[code].means }, 'stock not loaded');
      this.#health.set(code);
      this.#cancel();
      if (!this.#closed) this.#cancel = clock.after(AGAIN_MS, () => void this.look().catch(onFatal));
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#health.close();
  }
}
