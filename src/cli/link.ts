import '../lib/small-heap.js';
import { loadConfig } from '../config/load.js';
import { socketPaths } from '../config/paths.js';
import { giveLifeSigns } from '../lib/life-signs.js';
import { createLog } from '../lib/log.js';
import { serviceManager } from '../lib/service-manager.js';
import { offerMetrics } from '../lib/metrics.js';
import { startLink } from '../link/link.js';
import { linkMetrics } from '../link/metrics.js';
import { loadBroker } from '../link/load-broker.js';
import { EXIT, exitSoon, stopSignal } from './command.js';

/** `simkiosk link`: the network process. */
export async function link(options: { config: string }): Promise<void> {
  const config = await loadConfig(options.config);
  const log = createLog('link', config.logLevel);
  const { metricsPort } = config;
  const { mqtt, reconnectMs } = config.broker;
  const metrics = metricsPort === undefined ? undefined : await offerMetrics(linkMetrics, metricsPort, log);
  const broker = await loadBroker(config);
  const running = startLink(
    { socket: socketPaths(config).link, broker, mqtt, reconnectMs, ...(metrics && { meter: metrics.meter }) },
    log,
  );
  const sayStopping = giveLifeSigns(await serviceManager(), () => running.condition());
  await stopSignal();
  sayStopping();
  exitSoon(EXIT.ok);
  metrics?.close();
  await running.close();
}
