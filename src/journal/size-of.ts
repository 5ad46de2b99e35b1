import { stat } from 'node:fs/promises';
import { KioskError } from '../errors.js';

/**
 * Bytes of a file of the journal; undefined when it is not there. What is no file is not opened: a pipe in its place would
 * never answer. @throws `journal.unwritable`
 */
export async function sizeOf(file: string): Promise<number | undefined> {
  const about = await stat(file).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new KioskError('journal.unwritable', file, { cause });
  });
  if (about && !about.isFile()) throw new KioskError('journal.unwritable', `${file} is no file`);
  return about?.size;
}
