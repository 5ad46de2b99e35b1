import type { Clock } from '../contracts/clock.js';
import { KioskError, type ErrorCode } from '../errors.js';

/** Does what may take so many milliseconds. @throws `code` when its signal had to be aborted */
export async function within<T>(
  clock: Clock,
  ms: number,
  code: ErrorCode,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const cancel = clock.after(ms, () => abort.abort(new KioskError(code, `after ${ms} ms`)));
  try {
    return await work(abort.signal);
  } finally {
    cancel();
  }
}
