import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KioskError } from '../errors.js';

/**
 * A secret that the service manager hands to this process alone (systemd.exec(5), `LoadCredential=`), without the line
 * break that an editor leaves at its end. @returns undefined when there is none
 * @throws `config.missing` when it is there and cannot be read
 */
export async function credential(name: string): Promise<string | undefined> {
  const dir = process.env['CREDENTIALS_DIRECTORY'];
  if (!dir) return undefined;
  try {
    return (await readFile(join(dir, name), 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new KioskError('config.missing', `credential ${name}`, { cause });
  }
}
