import { access, constants, mkdir } from 'node:fs/promises';
import { connect, isIP } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { keeperOfLevels } from '../../drivers/gpio/persist.js';
import { openFileSigner } from '../../drivers/signer/file.js';
import { statePaths } from '../config/paths.js';
import type { Config } from '../config/schema.js';
import type { Broker } from '../contracts/broker.js';
import { codeOf, KioskError, type ErrorCode } from '../errors.js';
import { readModelSet } from '../face/manifest.js';
import { loadModels } from '../face/models.js';
import { openJournal } from '../journal/journal.js';
import { newestEntry } from '../journal/read-journal.js';
import { builtAt, clockFault, isSynchronised } from '../kiosk/clock-trust.js';
import { dueAnnouncement } from '../kiosk/certificate-watch.js';
import type { Secrets } from '../lib/credentials.js';
import { freeBytes } from '../lib/disk.js';
import { modelsDir } from '../lib/paths.js';
import { loadBroker } from '../link/load-broker.js';
import { ownFault, tlsFault, validUntil } from '../link/tls-fault.js';

/** What was found about one part. `warning`: it works, but not as safely as it should. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly warning?: boolean;
  readonly code?: ErrorCode;
  readonly detail?: string;
}

const WAIT_MS = 3_000;

/** Runs a check; what it returns is the detail, what it throws the fault. */
export async function check(name: string, work: () => Promise<string | undefined>): Promise<Check> {
  try {
    const detail = await work();
    return { name, ok: true, ...(detail && { detail }) };
  } catch (error) {
    if (!(error instanceof KioskError)) throw error;
    return { name, ok: false, code: codeOf(error), ...(error.detail && { detail: error.detail }) };
  }
}

export function checkDisk(dir: string, minFreeMb = 0): Promise<Check> {
  return check('disk', async () => {
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await access(dir, constants.W_OK);
    } catch (cause) {
      throw new KioskError('journal.unwritable', dir, { cause });
    }
    return roomIn(dir, minFreeMb);
  });
}

/** For somebody who may not look into the folder. */
export const checkRoom = (dir: string, minFreeMb: number): Promise<Check> =>
  check('disk', () => roomIn(dir, minFreeMb));

async function roomIn(dir: string, minFreeMb: number): Promise<string> {
  const free = await freeBytes(dir);
  const detail = `${Math.floor(free / 1e6)} MB free`;
  if (free < minFreeMb * 1e6) throw new KioskError('journal.no-room', detail);
  return detail;
}

export function checkJournal(config: Config): Promise<Check> {
  return check('journal', async () => {
    const opened = await openJournal(config.stateDir, config.kiosk);
    const { loaded, inStack } = opened.cards();
    await opened.close();
    return `${loaded} cards loaded, ${inStack} in the stack`;
  });
}

/** What `run` signs with, where it is a file. */
export const checkSigningKey = ({ stateDir, signingKey }: Pick<Config, 'stateDir' | 'signingKey'>): Promise<Check[]> =>
  checkKeyFile(signingKey ?? statePaths(stateDir).signingKey);

/** It is made when there is none. */
export async function checkKeyFile(file: string): Promise<Check[]> {
  const isThere = await access(file).then(
    () => true,
    (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ENOENT',
  );
  if (!isThere) return [];
  const read = check('signing key', async () => {
    await openFileSigner(file);
    return undefined;
  });
  return [await read];
}

export function checkModels(dir: string, set?: string): Promise<Check> {
  return check('models', async () => {
    await loadModels(readModelSet(dir, set));
    return undefined;
  });
}

/** A document's validity is judged by this clock. */
export async function checkClock({ stateDir }: Pick<Config, 'stateDir'>): Promise<Check> {
  const name = 'clock';
  const now = Date.now();
  const synchronised = await isSynchronised();
  const code = clockFault({ now, built: await builtAt(), newest: await newestEntry(stateDir), synchronised });
  const detail = new Date(now).toISOString();
  if (code) return { name, ok: false, code, detail };
  if (synchronised) return { name, ok: true, detail };
  return { name, ok: true, warning: true, code: 'clock.not-synchronised', detail };
}

/** What becomes of the motors when the program dies. */
export async function checkSafeLevels({ gpio, safeOffFile }: Pick<Config, 'gpio' | 'safeOffFile'>): Promise<Check> {
  const name = 'gpio outputs';
  if (gpio.driver === 'emulated') return { name, ok: true, detail: 'emulated' };
  const keeper = gpio.driver === 'onoff' ? 'sysfs' : await keeperOfLevels(gpio.chip);
  if (keeper === undefined) return { name, ok: true, detail: 'the kernel lets go of them' };
  // With the file, the unit's ExecStopPost drives them to their safe levels.
  const detail = `${keeper}; safe-off: ${safeOffFile ?? '`safeOffFile` is not set'}`;
  return { name, ok: safeOffFile !== undefined, warning: true, code: 'gpio.keeps-level', detail };
}

/** What a process without a network and without the devices can look at. */
export async function checkMachine(config: Config): Promise<readonly Check[]> {
  return [
    await checkModels(config.face.models ?? modelsDir, config.face.set),
    await checkClock(config),
    await checkSafeLevels(config),
  ];
}

export async function checkBroker(config: Pick<Config, 'broker'>, secrets?: Secrets): Promise<Check> {
  const { hostname: host, port, protocol, pathname } = new URL(config.broker.url);
  // An address of IPv6 stands in brackets (RFC 3986, section 3.2.2).
  const hostname = host.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'mqtts:')
    return check('broker', async () =>
      greetByTls(identityOf(await loadBroker(config, secrets)), hostname, Number(port || 8883)),
    );
  const where = protocol === 'mqtt+unix:' ? { path: pathname } : { host: hostname, port: Number(port || 1883) };
  return check('broker', async () => {
    await loadBroker(config, secrets);
    return new Promise<string>((resolve, reject) => {
      const socket = connect(where);
      socket.setTimeout(WAIT_MS, () => socket.destroy(new Error('timeout')));
      socket.on('connect', () => {
        socket.destroy();
        resolve('reachable');
      });
      socket.on('error', (cause) =>
        reject(new KioskError('fleet.broker-unreachable', hostname || pathname, { cause })),
      );
    });
  });
}

/** The kiosk's own certificate, where it has one: whose it is and how long it is valid. */
export async function checkCertificate(
  config: Pick<Config, 'broker' | 'kiosk'>,
  now: number,
  secrets?: Secrets,
): Promise<Check[]> {
  const name = 'certificate';
  let cert: string | undefined;
  let key: string | undefined;
  const loaded = await check(name, async () => {
    ({ cert, key } = await loadBroker(config, secrets));
    return undefined;
  });
  if (!loaded.ok) return [loaded];
  const fault = ownFault(cert, key, config.kiosk, now);
  if (cert === undefined) return fault ? [{ name, ok: false, code: fault, detail: 'the key alone' }] : [];
  const until = validUntil(cert);
  const detail = until === undefined ? 'unreadable' : `until ${new Date(until).toISOString().slice(0, 10)}`;
  if (fault) return [{ name, ok: false, code: fault, detail }];
  const isDue = until !== undefined && dueAnnouncement(until, now) > 0;
  return [{ name, ok: true, ...(isDue && { warning: true, code: 'fleet.certificate-expiring' }), detail }];
}

/** @throws `fleet.certificate-foreign` when certificate and key are not of each other, or none */
function identityOf({ ca, cert, key }: Broker): SecureContext {
  try {
    return createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
  } catch (cause) {
    throw new KioskError('fleet.certificate-foreign', (cause as Error).message, { cause });
  }
}

/** @returns until when the broker's certificate is valid */
function greetByTls(secureContext: SecureContext, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const servername = isIP(host) ? '' : host;
    const socket = connectTls({ host, port, servername, timeout: WAIT_MS, secureContext });
    socket.on('timeout', () => socket.destroy(new Error('timeout')));
    socket.on('secureConnect', () => {
      const { valid_to: until } = socket.getPeerCertificate();
      socket.destroy();
      resolve(`reachable, certificate valid until ${new Date(until).toISOString().slice(0, 10)}`);
    });
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      const code = tlsFault(cause.code ?? '') ?? 'fleet.broker-unreachable';
      reject(new KioskError(code, `${host} ${cause.code ?? cause.message}`, { cause }));
    });
  });
}
