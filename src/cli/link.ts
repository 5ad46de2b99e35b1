import { loadConfig } from '../config/load.js';
import { statePaths } from '../config/paths.js';
import { createLog } from '../lib/log.js';
import { startLink } from '../link/link.js';
import { EXIT, exitSoon, stopSignal } from './command.js';

/** `simkiosk link`: the network process. */
export async function link(options: { config: string }): Promise<void> {
  const config = await loadConfig(options.config);
  const log = createLog('link', config.logLevel);
  const running = startLink({ socket: statePaths(config.stateDir).link, broker: config.broker }, log);
  await stopSignal();
  exitSoon(EXIT.ok);
  await running.close();
}
