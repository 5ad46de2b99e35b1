import type { Clock } from '../contracts/clock.js';
import type { ErrorCode } from '../errors.js';
import { Health } from '../lib/health.js';

/** So long until it is looked again. Milliseconds. */
const LOOK_MS = 5_000;

/** Looks at something besides the devices as long as the kiosk runs. */
export class Watch {
  readonly #clock: Clock;
  readonly #judge: (before: ErrorCode | undefined) => Promise<ErrorCode | undefined>;
  readonly #health = new Health();
  #cancel: () => void = () => undefined;
  #closed = false;

  /** @param judge says why a sale is not to be begun, given what it said last; does not reject */
  constructor(clock: Clock, judge: (before: ErrorCode | undefined) => Promise<ErrorCode | undefined>) {
    this.#clock = clock;
    this.#judge = judge;
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  /** Looks at once, and from then on again and again. */
  async look(): Promise<void> {
    const fault = await this.#judge(this.#health.fault);
    if (this.#closed) return;
    this.#health.set(fault);
    this.#cancel = this.#clock.after(LOOK_MS, () => void this.look());
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#health.close();
  }
}
