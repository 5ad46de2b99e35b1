import { connect } from 'node:net';
import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import type { Device } from '../contracts/health.js';
import { codeOf, errorTable, KioskError, type ErrorCode } from '../errors.js';
import { loadModels } from '../face/manifest.js';
import { openJournal } from '../journal/journal.js';
import { allDevices } from '../kiosk/devices.js';
import { modelsDir } from '../lib/paths.js';
import { createDevices, createGpio } from '../main.js';
import { EXIT, printJson } from './command.js';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly code?: ErrorCode;
  readonly detail?: string;
}

const WAIT_MS = 3_000;

/** `simkiosk doctor`: exit 0 when everything is ok, 1 when something is not. */
export async function doctor(options: { config: string; json?: boolean }): Promise<void> {
  const config = await loadConfig(options.config);
  const space = await disk(config.stateDir);
  const books = await journal(config);
  const running = books.code === 'journal.locked';
  const checks: Check[] = [
    { name: 'configuration', ok: true },
    space,
    running ? { name: 'journal', ok: true, detail: 'in use by the running service' } : books,
    await models(config.face.models ?? modelsDir),
    await broker(config.broker.url),
    ...(running ? [{ name: 'devices', ok: true, detail: 'held by the running service' }] : await devices(config)),
  ];
  const ok = checks.every((check) => check.ok);
  if (options.json) printJson({ ok, checks });
  else for (const check of checks) process.stdout.write(`${line(check)}\n`);
  process.exitCode = ok ? EXIT.ok : EXIT.failed;
}

function line({ name, ok, code, detail }: Check): string {
  const why = code ? `${errorTable[code].means} [${code}]` : '';
  return `${ok ? 'ok   ' : 'FAULT'} ${name}${why || detail ? `: ${[why, detail].filter(Boolean).join(' ')}` : ''}`;
}

async function check(name: string, work: () => Promise<string | undefined>): Promise<Check> {
  try {
    const detail = await work();
    return { name, ok: true, ...(detail && { detail }) };
  } catch (error) {
    if (!(error instanceof KioskError)) throw error;
    return { name, ok: false, code: codeOf(error), ...(error.detail && { detail: error.detail }) };
  }
}

function disk(dir: string): Promise<Check> {
  return check('disk', async () => {
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await access(dir, constants.W_OK);
    } catch (cause) {
      throw new KioskError('journal.unwritable', dir, { cause });
    }
    const { bavail, bsize } = await statfs(dir);
    return `${Math.floor((bavail * bsize) / 1e6)} MB free`;
  });
}

function journal(config: Config): Promise<Check> {
  return check('journal', async () => {
    const opened = await openJournal(config.stateDir, config.kiosk);
    const { loaded, inStack } = opened.cards();
    await opened.close();
    return `${loaded} cards loaded, ${inStack} in the stack`;
  });
}

function models(dir: string): Promise<Check> {
  return check('models', async () => {
    await loadModels(dir);
    return undefined;
  });
}

function broker(url: string): Promise<Check> {
  const { hostname, port, protocol, pathname } = new URL(url);
  const where =
    protocol === 'mqtt+unix:'
      ? { path: pathname }
      : { host: hostname, port: Number(port || (protocol === 'mqtts:' ? 8883 : 1883)) };
  return check('broker', () => {
    return new Promise((resolve, reject) => {
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

async function devices(config: Config): Promise<Check[]> {
  const gpio = createGpio(config);
  const all = await createDevices(config, gpio);
  const list: readonly Device[] = [gpio, ...allDevices(all)];
  try {
    return await Promise.all(list.map((device) => settled(device)));
  } finally {
    await Promise.all(allDevices(all).map((device) => device.close()));
    await gpio.close();
  }
}

/** A device that has no fault within the time is ok; otherwise its last fault counts. */
function settled(device: Device): Promise<Check> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      remove();
      const code = device.fault();
      resolve({ name: device.name, ok: code === undefined, ...(code && { code }) });
    };
    const timer = setTimeout(finish, WAIT_MS);
    const look = (): void => {
      if (device.fault() === undefined) finish();
    };
    const remove = device.onChange(look);
    look();
  });
}
