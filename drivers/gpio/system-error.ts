import { KioskError, type ErrorCode } from '../../src/errors.js';

/** The name of a system call's error, e.g. `EBUSY`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What system calls on a chip and its lines say, as far as it does not depend on the call (errno(3)). */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'gpio.chip-missing',
  ENODEV: 'gpio.chip-missing',
  ENXIO: 'gpio.chip-missing',
  EBADF: 'gpio.chip-missing',
  EACCES: 'gpio.no-access',
  EPERM: 'gpio.no-access',
  EROFS: 'gpio.no-access',
  EBUSY: 'gpio.line-busy',
};

/** The technician's error for one of the system; what is not known is something that this kernel does not offer. */
export function gpioError(error: unknown, where: string): KioskError {
  if (error instanceof KioskError) return error;
  const errno = errnoOf(error);
  if (errno === undefined) throw error;
  const code = CODES[errno] ?? 'gpio.unsupported';
  return new KioskError(code, code === 'gpio.unsupported' ? `${where}: ${errno}` : where, { cause: error });
}
