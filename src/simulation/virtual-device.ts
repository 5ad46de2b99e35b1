import type { Device } from '../contracts/health.js';
import type { ErrorCode } from '../errors.js';
import { Health } from '../lib/health.js';

/** What all simulated devices have in common: a fault that is looked for, and heard of when it changes. */
export abstract class VirtualDevice implements Device {
  abstract readonly name: string;
  readonly #health = new Health();

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Looks at what is at fault now. */
  review(): void {
    this.#health.set(this.findFault());
  }

  /** Without one of its own a device is never at fault. */
  protected findFault(): ErrorCode | undefined {
    return undefined;
  }
}
