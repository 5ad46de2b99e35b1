import { join } from 'node:path';
import { readIfThere } from './read-if-there.js';

/**
 * A secret that the service manager hands to this process alone (systemd.exec(5), `LoadCredential=`), without the line
 * break that an editor leaves at its end. @returns undefined when there is none
 * @throws `config.missing` when it is there and cannot be read
 */
export async function credential(name: string): Promise<string | undefined> {
  const dir = process.env['CREDENTIALS_DIRECTORY'];
  return dir ? secretIn(dir, name) : undefined;
}

/** Where a secret comes from by its name. */
export type Secrets = typeof credential;

/** What the service manager would hand to a service, from where it takes it: for root, who looks after the service. */
export const storedFor =
  (service: string, store: string): Secrets =>
  (name) =>
    secretIn(store, `${service}.${name}`);

async function secretIn(dir: string, name: string): Promise<string | undefined> {
  const text = await readIfThere(join(dir, name), 'config.missing', `credential ${name}`);
  return text?.replace(/\r?\n$/, '');
}
