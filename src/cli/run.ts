import type { Logger } from 'pino';
import { loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import { KioskError } from '../errors.js';
import { giveLifeSigns } from '../lib/life-signs.js';
import { createLog } from '../lib/log.js';
import { LogRing } from '../lib/log-ring.js';
import { serviceManager } from '../lib/service-manager.js';
import { startKiosk, type RunningKiosk, type Surroundings } from '../main.js';
import { STANDSTILL, startStandstill } from '../standstill.js';
import type { Finding } from '../fleet/commands.js';
import { checkDisk, checkMachine, type Check } from './checks.js';
import { EXIT, exitSoon, stopSignal } from './command.js';

/** `simkiosk run`: the device process. A journal that cannot be used leaves it up, and out of service. */
export async function run(options: { config: string }): Promise<void> {
  const config = await loadConfig(options.config);
  const ring = new LogRing();
  const log = createLog('run', config.logLevel, ring);
  const surroundings = {
    logLines: () => ring.lines(),
    examine: async () => [await checkDisk(config.stateDir), ...(await checkMachine(config))].map(findingOf),
  };
  const stopped = stopSignal().then((signal) => ({ signal }));
  let kiosk = await startOrStandStill(config, log, surroundings);
  const manager = await serviceManager();
  const sayStopping = giveLifeSigns(manager, () => kiosk.condition());
  for (;;) {
    const failed = kiosk.failed.then((error) => ({ error }));
    const end = await Promise.race([stopped, failed, kiosk.over.then((over) => ({ over }))]);
    // An operator's restart is one of the process where somebody begins it anew, and otherwise of all that is in it.
    if ('signal' in end || ('over' in end && end.over === 'restart' && manager.present)) break;
    const error = 'error' in end ? end.error : undefined;
    if (error !== undefined && !isOfJournal(error)) {
      log.fatal({ err: error }, 'cannot go on');
      sayStopping();
      exitSoon(EXIT.failed);
      return kiosk.stop();
    }
    await kiosk.stop();
    kiosk = await (isOfJournal(error)
      ? startStandstill(config, log, error)
      : startOrStandStill(config, log, surroundings));
  }
  sayStopping();
  exitSoon(EXIT.ok);
  await kiosk.stop();
}

function findingOf({ name, ok, code, detail }: Check): Finding {
  return { name, ok, ...(code && { code }), ...(detail !== undefined && { detail: detail.slice(0, 256) }) };
}

async function startOrStandStill(config: Config, log: Logger, surroundings: Surroundings): Promise<RunningKiosk> {
  try {
    return await startKiosk(config, log, surroundings);
  } catch (error) {
    if (isOfJournal(error)) return startStandstill(config, log, error);
    throw error;
  }
}

function isOfJournal(error: unknown): error is KioskError {
  return error instanceof KioskError && STANDSTILL.has(error.code);
}
