import { join, resolve } from 'node:path';
import { loadConfig } from '../config/load.js';
import { installed, socketPaths } from '../config/paths.js';
import type { Config } from '../config/schema.js';
import type { Device } from '../contracts/health.js';
import { codeOf, errorTable, isErrorCode } from '../errors.js';
import { journalPaths } from '../journal/paths.js';
import { lockWriter } from '../lib/writer-lock.js';
import { allDevices } from '../kiosk/devices.js';
import { storedFor } from '../lib/credentials.js';
import { createDevices, createGpio } from '../main.js';
import { remedyOf } from '../remedies.js';
import { byOwnerOf, closedTo, isClosed } from './as-owner.js';
import {
  check,
  checkBroker,
  checkCertificate,
  checkDisk,
  checkJournal,
  checkKeyFile,
  checkMachine,
  checkRoom,
  checkSigningKey,
  type Check,
} from './checks.js';
import { EXIT, printJson } from './command.js';
import { fitness } from './fitness.js';
import { answers, askKiosk, resultOf } from './technician.js';

/** `simkiosk doctor`: exit 0 when everything is ok, 1 when something is not. */
export async function doctor(options: { config: string; json?: boolean }): Promise<void> {
  const config = await loadConfig(options.config);
  const done = await byOwnerOf(config.stateDir, { do: 'examine', configFile: options.config });
  const examined = done === undefined ? await examine(options.config) : (resultOf(done)['checks'] as readonly Check[]);
  const isInstalled = resolve(options.config) === installed.config;
  const checks = [...examined, ...(await examineSecrets(config, isInstalled, await isClosed(config.stateDir)))];
  const ok = checks.every((check) => check.ok);
  if (options.json) printJson({ ok, checks: checks.map(withRemedy) });
  else for (const check of checks) process.stdout.write(`${spoken(check)}\n`);
  process.exitCode = ok ? EXIT.ok : EXIT.failed;
}

/** What shows with the rights of the service. @throws `control.offline` for somebody who may not look, while it is stopped */
export async function examine(configFile: string): Promise<readonly Check[]> {
  const config = await loadConfig(configFile);
  if (await isClosed(config.stateDir)) return fromOutside(configFile, config);
  const space = await checkDisk(config.stateDir, config.journal.minFreeMb);
  const books = await checkJournal(config);
  const inUse = books.code === 'journal.locked';
  // A service whose journal cannot be used is there all the same, and does not hold it.
  const running = inUse || (!books.ok && (await answers(socketPaths(config).control)));
  return [
    { name: 'configuration', ok: true },
    space,
    inUse ? { name: 'journal', ok: true, detail: 'in use by the running service' } : books,
    ...(await checkMachine(config)),
    ...(await checkSigningKey(config)),
    ...(running ? await service(configFile) : await alone(configFile, config)),
  ];
}

/** For a technician whom the service answers, but whose journal and keys are not theirs to see: it says itself how they are. */
async function fromOutside(configFile: string, config: Config): Promise<readonly Check[]> {
  if (!(await answers(socketPaths(config).control))) throw closedTo(config.stateDir);
  return [
    { name: 'configuration', ok: true },
    await checkRoom(config.stateDir, config.journal.minFreeMb),
    ...(await checkMachine(config)),
    ...(await service(configFile)),
  ];
}

/**
 * Broker, certificate and keys, with the secrets that the service manager hands to the services. Root looks where they lie;
 * to a technician the network process says by the device process what is wrong with its own.
 */
export async function examineSecrets(
  config: Config,
  isInstalled: boolean,
  isOutside: boolean,
  store: string = installed.credentials,
): Promise<readonly Check[]> {
  if (isInstalled && isOutside) return [];
  const isRoot = process.geteuid?.() === 0;
  const secrets = isInstalled && isRoot ? storedFor('simkiosk-link', store) : undefined;
  return [
    await checkBroker(config, secrets),
    ...(await checkCertificate(config, Date.now(), secrets)),
    ...(secrets ? await checkKeyFile(join(store, 'simkiosk.signing-key')) : []),
  ];
}

function withRemedy(check: Check) {
  return { ...check, ...(check.code && { means: errorTable[check.code].means, remedy: remedyOf(check.code) }) };
}

function spoken({ name, ok, warning, code, detail }: Check): string {
  const verdict = warning && ok ? 'note ' : ok ? 'ok   ' : 'FAULT';
  const why = code ? `${errorTable[code].means} [${code}]` : '';
  const said = [why, detail].filter(Boolean).join(' ');
  return `${verdict} ${name}${said ? `: ${said}` : ''}${code ? `\n      → ${remedyOf(code)}` : ''}`;
}

/** The running service holds the devices: what it says stands in the way. */
async function service(configFile: string): Promise<Check[]> {
  const answer = await askKiosk(configFile, { command: 'status' }).catch((error: unknown) => {
    if (codeOf(error) === 'control.offline') return undefined;
    throw error;
  });
  // It holds the journal and does not listen yet, or is another doctor.
  if (!answer) return [{ name: 'service', ok: false, code: 'control.offline' }];
  const { faults } = answer;
  const codes = (Array.isArray(faults) ? faults : []).map(String).filter(isErrorCode);
  if (codes.length === 0) return [{ name: 'devices', ok: true, detail: 'held by the running service, which can sell' }];
  return codes.map((code) => ({ name: 'service', ok: false, code }));
}

/** The journal is not needed to see whether devices work. */
const ANY_ORDER = {
  nextCard: () => Promise.resolve(undefined),
  orderKnown: () => true,
  onChange: () => () => undefined,
};

/**
 * A service that would begin meanwhile is kept out, as by any other writer of its journal, and begins again later: a device
 * in two hands looks broken, and the end of this look would take the socket of its screen away from it.
 */
async function alone(configFile: string, config: Config): Promise<Check[]> {
  const locked = await lockWriter(journalPaths(config.stateDir).lock).catch(codeOf);
  if (locked === 'journal.locked') return service(configFile);
  try {
    return await devices(config);
  } finally {
    // What cannot be locked was not: this look does no harm without it.
    if (typeof locked !== 'string') await locked.release();
  }
}

async function devices(config: Config): Promise<Check[]> {
  const gpio = createGpio(config);
  let opened: readonly Device[] = [];
  try {
    const made = await check('devices', async () => {
      opened = allDevices(await createDevices(config, gpio, ANY_ORDER));
      return undefined;
    });
    return made.ok ? await Promise.all([gpio, ...opened].map((device) => settled(device, config))) : [made];
  } finally {
    await Promise.all(opened.map((device) => device.close()));
    await gpio.close();
  }
}

/** A device that has no fault within its time is ok; otherwise its last fault counts. */
async function settled(device: Device, config: Config): Promise<Check> {
  await fitness(device, config);
  const code = device.fault();
  const detail = code && device.detail?.();
  return { name: device.name, ok: code === undefined, ...(code && { code }), ...(detail && { detail }) };
}
