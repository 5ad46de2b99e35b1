import { loadConfig } from '../config/load.js';
import { giveLifeSigns } from '../lib/life-signs.js';
import { createLog } from '../lib/log.js';
import { serviceManager } from '../lib/service-manager.js';
import { startKiosk } from '../main.js';
import { EXIT, exitSoon, stopSignal } from './command.js';

/** `simkiosk run`: the device process. */
export async function run(options: { config: string }): Promise<void> {
  const config = await loadConfig(options.config);
  const log = createLog('run', config.logLevel);
  const kiosk = await startKiosk(config, log);
  const sayStopping = giveLifeSigns(await serviceManager(), () => kiosk.condition());
  const end = await Promise.race([
    stopSignal().then((signal) => ({ signal })),
    kiosk.failed.then((error) => ({ error })),
  ]);
  sayStopping();
  const failed = 'error' in end;
  if (failed) log.fatal({ err: end.error }, 'cannot go on');
  exitSoon(failed ? EXIT.failed : EXIT.ok);
  await kiosk.stop();
}
