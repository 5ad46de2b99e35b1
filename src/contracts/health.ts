import type { ErrorCode } from '../errors.js';

/**
 * What every device promises about its own fitness.
 * - `fault()` is `undefined` while the device can do its work, otherwise the code of what stands in the way.
 * - `onChange` listeners are called (synchronously, after the change) whenever `fault()` may have changed.
 * - A device that was lost tries to come back by itself with back-off and reports both; it never throws out of band.
 * - `close()` may be called at any time and more than once; afterwards no timer, handle or listener of the device is left,
 *   and calls in progress have been rejected.
 */
export interface Device {
  /** Name as configured, for logs and the fleet: `camera`, `idReader`, … */
  readonly name: string;
  fault(): ErrorCode | undefined;
  /** What a technician wants to know of the fault besides, where the device knows: which line, or why a program ended. */
  detail?(): string | undefined;
  /** @returns a function that removes the listener */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}
