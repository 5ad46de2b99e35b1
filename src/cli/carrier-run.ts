// Before any schema is made: messages are checked several times as fast.
import 'zod/compile';
import { startCarrier } from '../carrier/carrier.js';
import { giveLifeSigns } from '../lib/life-signs.js';
import { createLog } from '../lib/log.js';
import { serviceManager } from '../lib/service-manager.js';
import { brokerOf } from '../link/load-broker.js';
import { EXIT, exitSoon, stopSignal } from './command.js';
import { textOf } from './provision.js';

export interface CarrierRunOptions {
  readonly dir: string;
  readonly broker: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly metricsPort?: number;
}

/** `simkiosk carrier run`: the reference carrier as a service of its own, at a broker that is there already. */
export async function carrierRun(options: CarrierRunOptions): Promise<void> {
  const { dir, broker: url, username, passwordFile, metricsPort } = options;
  const given = async (file: string | undefined) => (file === undefined ? undefined : textOf(file));
  const [ca, cert, key] = await Promise.all([given(options.ca), given(options.cert), given(options.key)]);
  const password = (await given(passwordFile))?.trimEnd();
  const broker = brokerOf(url, { username, password, ca, cert, key });
  const log = createLog('carrier', 'info');
  const carrier = await startCarrier({ dir, broker, ...(metricsPort !== undefined && { metricsPort }) }, log);
  const { publicKey, signingKey } = carrier;
  log.info({ carrier: { publicKey, signingKeys: [signingKey] } }, 'what `carrier` is in the configuration of a kiosk');
  const sayStopping = giveLifeSigns(await serviceManager(), () => ({ healthy: true, status: 'running' }));
  await stopSignal();
  sayStopping();
  exitSoon(EXIT.ok);
  await carrier.close();
}
