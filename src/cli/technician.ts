import { createConnection } from 'node:net';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { loadConfig } from '../config/load.js';
import { socketPaths } from '../config/paths.js';
import type { Config } from '../config/schema.js';
import { ControlAnswer, type ControlRequest, type TechnicianCommand } from '../contracts/control.js';
import { codeOf, KioskError } from '../errors.js';
import { openJournal } from '../journal/journal.js';
import { renewJournal } from '../journal/renew.js';
import { batchIdOf } from '../kiosk/batch.js';
import { allDevices, type Devices } from '../kiosk/devices.js';
import { carryOut } from '../kiosk/technician.js';
import { systemClock } from '../lib/clock.js';
import { LineConnection } from '../lib/socket.js';
import { createDevices, createGpio } from '../main.js';
import { continueAsOwnerOf, whoAsks } from './as-owner.js';

type Result = Readonly<Record<string, unknown>>;

/** Asks the running service, or does it here while there is none: the journal has one writer either way. */
export async function askKiosk(configFile: string, ask: TechnicianCommand): Promise<Result> {
  const config = await loadConfig(configFile);
  const by = whoAsks();
  try {
    const answer = await askService(socketPaths(config).control, { by, ask });
    if (answer) return answer;
    await continueAsOwnerOf(config.stateDir);
    return await withoutService(config, ask, by);
  } catch (error) {
    // The journal is held, but nobody answers: the service is starting, or hangs.
    if (codeOf(error) === 'journal.locked') throw new KioskError('control.offline', config.stateDir, { cause: error });
    throw error;
  }
}

/** @throws `config.missing` */
export async function readBatch(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KioskError('stock.batch-invalid', `${file} cannot be read`, { cause });
  });
}

/** A picture of the camera, in base64. */
const LONGEST_ANSWER = 8 << 20;

const NOBODY: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED']);

/** @returns undefined when no service listens */
async function askService(path: string, request: ControlRequest): Promise<Result | undefined> {
  const socket = createConnection(path);
  try {
    await once(socket, 'connect');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (NOBODY.has(code)) return undefined;
    throw new KioskError('control.offline', `${path} ${code}`, { cause });
  }
  const connection = new LineConnection(socket, LONGEST_ANSWER);
  const answer = await new Promise<unknown>((resolve, reject) => {
    connection.onMessage(resolve);
    connection.onClose(() => reject(new KioskError('control.offline', path)));
    connection.send(request);
  });
  connection.close();
  const parsed = ControlAnswer.safeParse(answer);
  if (!parsed.success) throw new KioskError('control.offline', 'the service is of another version');
  if (parsed.data.ok) return parsed.data.result;
  throw new KioskError(parsed.data.code, parsed.data.detail);
}

/** Whether a service listens to technicians there. */
export async function answers(path: string): Promise<boolean> {
  const socket = createConnection(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function withoutService(config: Config, ask: TechnicianCommand, by: string): Promise<Result> {
  if (ask.command === 'journal-renew') {
    const renewal = { by, at: systemClock.now(), batch: await batchIdOf(config.batchFile) };
    return { aside: await renewJournal(config.stateDir, config.kiosk, renewal) };
  }
  const journal = await openJournal(config.stateDir, config.kiosk);
  const gpio = createGpio(config);
  let opened: Promise<Devices> | undefined;
  try {
    return await carryOut(
      {
        journal,
        clock: systemClock,
        devices: () => (opened ??= createDevices(config, gpio, journal).then(fit)),
        exclusively: (work) => work(),
        condition: () => undefined,
        changed: () => undefined,
      },
      ask,
      by,
    );
  } finally {
    if (opened) await Promise.all(allDevices(await opened).map((device) => device.close()));
    await gpio.close();
    await journal.close();
  }
}

const FIT_MS = 5_000;

/** Devices that were just opened need a moment before they can be tried. */
async function fit(devices: Devices): Promise<Devices> {
  const timeout = AbortSignal.timeout(FIT_MS);
  await Promise.all(
    allDevices(devices).map(
      (device) =>
        new Promise<void>((resolve) => {
          const look = (): void => {
            if (device.fault() === undefined) resolve();
          };
          device.onChange(look);
          timeout.addEventListener('abort', () => resolve());
          look();
        }),
    ),
  );
  return devices;
}
