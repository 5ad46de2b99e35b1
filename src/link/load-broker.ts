import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.js';
import type { Broker } from '../contracts/broker.js';
import { KioskError } from '../errors.js';
import { credential, type Secrets } from '../lib/credentials.js';

/**
 * The broker of the configuration with its secrets: from the files that are named there, otherwise from the service
 * manager's credentials of the same names. @throws `config.missing`, `config.invalid`
 */
export async function loadBroker({ broker }: Pick<Config, 'broker'>, secrets: Secrets = credential): Promise<Broker> {
  const { url, username, tls = {} } = broker;
  const [password, ca, cert, key] = await Promise.all([
    broker.password ?? secrets('broker-password'),
    tls.ca === undefined ? secrets('tls-ca') : contentOf(tls.ca),
    tls.cert === undefined ? secrets('tls-cert') : contentOf(tls.cert),
    tls.key === undefined ? secrets('tls-key') : contentOf(tls.key),
  ]);
  // The MQTT library sends no password alone, and does not say so: the broker would seem to be unreachable.
  if (password !== undefined && username === undefined)
    throw new KioskError('config.invalid', 'broker.username: a password needs one');
  return brokerOf(url, { username, password, ca, cert, key });
}

/** A broker with those of its particulars that are given. */
export function brokerOf(
  url: string,
  particulars: { readonly [name in Exclude<keyof Broker, 'url'>]: string | undefined },
): Broker {
  const given = Object.entries(particulars).filter(([, value]) => value !== undefined);
  return { url, ...Object.fromEntries(given) };
}

async function contentOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KioskError('config.missing', file, { cause });
  });
}
