import { stat } from 'node:fs/promises';
import { KioskError, type ErrorCode } from '../errors.js';

/**
 * Bytes of a file; undefined when it is not there. What is no file is not opened: a pipe in its place would never answer.
 * @throws `unusable` when it is no file or may not be looked at
 */
export async function sizeOf(file: string, unusable: ErrorCode): Promise<number | undefined> {
  const about = await stat(file).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new KioskError(unusable, file, { cause });
  });
  if (about && !about.isFile()) throw new KioskError(unusable, `${file} is no file`);
  return about?.size;
}
