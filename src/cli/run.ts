import type { Logger } from 'pino';
import { loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import { KioskError } from '../errors.js';
import { giveLifeSigns } from '../lib/life-signs.js';
import { createLog } from '../lib/log.js';
import { serviceManager } from '../lib/service-manager.js';
import { startKiosk, type RunningKiosk } from '../main.js';
import { STANDSTILL, startStandstill } from '../standstill.js';
import { EXIT, exitSoon, stopSignal } from './command.js';

/** `simkiosk run`: the device process. A journal that cannot be used leaves it up, and out of service. */
export async function run(options: { config: string }): Promise<void> {
  const config = await loadConfig(options.config);
  const log = createLog('run', config.logLevel);
  const stopped = stopSignal().then((signal) => ({ signal }));
  let kiosk = await startOrStandStill(config, log);
  const sayStopping = giveLifeSigns(await serviceManager(), () => kiosk.condition());
  for (;;) {
    const failed = kiosk.failed.then((error) => ({ error }));
    const end = await Promise.race([stopped, failed, kiosk.over.then(() => ({ over: true }))]);
    if ('signal' in end) break;
    const error = 'error' in end ? end.error : undefined;
    if (error !== undefined && !isOfJournal(error)) {
      log.fatal({ err: error }, 'cannot go on');
      sayStopping();
      exitSoon(EXIT.failed);
      return kiosk.stop();
    }
    await kiosk.stop();
    kiosk = await (isOfJournal(error) ? startStandstill(config, log, error) : startOrStandStill(config, log));
  }
  sayStopping();
  exitSoon(EXIT.ok);
  await kiosk.stop();
}

async function startOrStandStill(config: Config, log: Logger): Promise<RunningKiosk> {
  try {
    return await startKiosk(config, log);
  } catch (error) {
    if (isOfJournal(error)) return startStandstill(config, log, error);
    throw error;
  }
}

function isOfJournal(error: unknown): error is KioskError {
  return error instanceof KioskError && STANDSTILL.has(error.code);
}
