import { readFile } from 'node:fs/promises';
import { KioskError, type ErrorCode } from '../errors.js';

/** The text of a file; undefined when it is not there. @throws `unusable` when it cannot be read */
export function readIfThere(file: string, unusable: ErrorCode, detail = file): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new KioskError(unusable, detail, { cause });
  });
}
