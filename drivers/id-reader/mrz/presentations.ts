import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../../src/contracts/clock.js';
import { KioskError } from '../../../src/errors.js';
import { ZoneAssembler, type Zone } from './zone-assembler.js';

export interface Presented {
  readonly zone: Zone;
  /** When its first character arrived. Monotonic milliseconds. */
  readonly at: number;
}

interface Waiting {
  resolve(presented: Presented): void;
  reject(error: Error): void;
}

/**
 * Tells presentations of documents apart: a zone that is said again without a pause of `pauseMs` is that of a document that still
 * lies there. Each is handed out once, to whoever has waited longest; what nobody waits for is forgotten.
 */
export class Presentations {
  readonly #assembler = new ZoneAssembler();
  readonly #waiting = new Set<Waiting>();
  readonly #key = randomBytes(32);
  #heardAt = 0;
  /** Digest of the zone that was handed out and may be said again. */
  #handedOut: string | undefined;
  /** One that could not be used lies there: what remains of it says nothing new. */
  #givenBack = false;
  #cancelPause: () => void = () => undefined;

  constructor(
    private readonly pauseMs: number,
    private readonly clock: Clock,
    private readonly onGone: () => void,
  ) {}

  hear(bytes: Uint8Array): void {
    if (!this.#assembler.begun) this.#heardAt = this.clock.monotonic();
    const { characters } = this.#assembler;
    for (const zone of this.#assembler.push(bytes)) this.#offer(zone);
    // Empty lines and noise are no document: some readers say them also while nothing lies there.
    if (characters === this.#assembler.characters) return;
    this.#cancelPause();
    this.#cancelPause = this.clock.after(this.pauseMs, () => this.#pause());
  }

  /** Rejects with the reason of the signal, with `document.unreadable`, or with what {@link fail} was called with. */
  next(signal: AbortSignal): Promise<Presented> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', aborted);
      };
      const waiting: Waiting = {
        resolve(presented) {
          end();
          resolve(presented);
        },
        reject(error) {
          end();
          reject(error);
        },
      };
      const aborted = (): void => waiting.reject(signal.reason as Error);
      this.#waiting.add(waiting);
      signal.addEventListener('abort', aborted);
    });
  }

  /** What was handed out last could not be used: it counts as new when it is heard again. */
  giveBack(): void {
    this.#handedOut = undefined;
    this.#givenBack = true;
  }

  /** Forgets what has begun and rejects whoever waits. */
  fail(error: Error): void {
    this.#cancelPause();
    this.#assembler.end();
    this.#forget();
    for (const waiting of [...this.#waiting]) waiting.reject(error);
  }

  #forget(): void {
    this.#handedOut = undefined;
    this.#givenBack = false;
  }

  #offer(zone: Zone): void {
    const [first] = this.#waiting;
    const digest = createHmac('sha256', this.#key).update(zone.join()).digest('base64');
    if (!first || digest === this.#handedOut) return;
    this.#handedOut = digest;
    first.resolve({ zone, at: this.#heardAt });
  }

  #pause(): void {
    const remains = this.#assembler.end();
    const [first] = this.#waiting;
    if (remains && first && this.#handedOut === undefined && !this.#givenBack)
      first.reject(new KioskError('document.unreadable', 'text of a zone, but no whole one'));
    this.#forget();
    this.onGone();
  }
}
