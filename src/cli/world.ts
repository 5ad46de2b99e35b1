import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { startBroker, type EmbeddedBroker } from '../../drivers/broker/aedes.js';
import type { SignalChanges } from '../../drivers/card-dispenser/signals.js';
import { defaultCastFile, loadCast } from '../../drivers/emulator/cast.js';
import { startEmulator, type Emulator, type EmulatorEvent, type RealLines } from '../../drivers/emulator/emulator.js';
import { ownCast } from '../../drivers/emulator/own-cast.js';
import { openFileSigner } from '../../drivers/signer/file.js';
import { startCarrier, type Carrier } from '../carrier/carrier.js';
import { statePaths } from '../config/paths.js';
import { parseJson } from '../fleet/messages.js';
import type { Oneself } from './own-camera.js';
import { paces, virtualConfig, VIRTUAL_KIOSK, type Pace } from './virtual-config.js';

export interface WorldOptions {
  readonly dir: string;
  readonly cast: string | undefined;
  /** In place of a cast: whoever stands in front of a real camera. */
  readonly self?: Oneself | undefined;
  readonly pace: Pace;
  /** URL of a broker that is there already; left out: one is started in this process. */
  readonly broker?: string | undefined;
  /** How many customers will come; left out: the cast, once. */
  readonly visits?: number | undefined;
  /** The configuration is for the installed services. */
  readonly installed?: boolean;
  readonly dispenserSignals?: SignalChanges | undefined;
  readonly real?: RealLines | undefined;
  /** Most cards that a holder may have; left out: enough for a cast that comes again and stands for new people. */
  readonly holderLimit?: number | undefined;
  readonly onEvent?: (event: EmulatorEvent) => void;
}

/** Everything around a kiosk's service. */
export interface World {
  readonly brokerUrl: string;
  /** Unless another broker was named. */
  readonly embeddedBroker: EmbeddedBroker | undefined;
  readonly carrier: Carrier;
  readonly emulator: Emulator;
  /** How many customers will come. */
  readonly visits: number;
  /** What `run` and `link` are started with. */
  readonly configFile: string;
  close(): Promise<void>;
}

/** Cards that the demo's carrier grants one holder each time the cast comes. */
const HOLDER_LIMIT = 5;

/** Broker, reference carrier, hardware and customers in this process, and the configuration of a kiosk beside them. */
export async function startWorld(options: WorldOptions, log: Logger): Promise<World> {
  const { pace, dispenserSignals, real, onEvent } = options;
  const dir = resolve(options.dir);
  const paths = statePaths(dir);
  const { self } = options;
  const cast = await (self ? ownCast(self.idPhoto) : loadCast(options.cast ?? defaultCastFile));
  const visits = options.visits ?? cast.visitors.length;
  await mkdir(paths.emulator, { recursive: true, mode: 0o700 });
  const embeddedBroker = options.broker === undefined ? await startEmbeddedBroker(paths) : undefined;
  const brokerUrl = embeddedBroker?.url ?? options.broker ?? '';
  // A cast that comes again stands for new people: the limit counts anew.
  const holderLimit = options.holderLimit ?? HOLDER_LIMIT * Math.ceil(visits / cast.visitors.length);
  const carrier = await startCarrier({ dir: paths.carrier, broker: { url: brokerUrl }, holderLimit }, log);
  await enrolVirtualKiosk(carrier, paths.signingKey);
  const config = virtualConfig({
    pace,
    brokerUrl,
    carrierKey: carrier.publicKey,
    carrierSigningKey: carrier.signingKey,
    emulator: paths.emulator,
    camera: self?.camera,
    installed: options.installed ?? false,
    mrz: cast.visitors.some(({ passport }) => passport !== undefined),
  });
  const emulator = await startEmulator({
    ...{ cast, dir, pace: paces[pace], dispenserSignals, real },
    ...(onEvent && { onEvent }),
  });
  await writeFile(paths.config, `${JSON.stringify(config, null, 2)}\n`);
  return {
    brokerUrl,
    embeddedBroker,
    carrier,
    emulator,
    visits,
    configFile: paths.config,
    async close() {
      await emulator.close();
      await carrier.close();
      await embeddedBroker?.close();
    },
  };
}

/** The kiosk's key is made here, before the kiosk starts, and is the only one that the carrier takes from it. */
async function enrolVirtualKiosk({ registry }: Carrier, file: string): Promise<void> {
  const { kid, ...key } = (await openFileSigner(file)).publicKey;
  const now = Date.now();
  await registry.pin(VIRTUAL_KIOSK, { kid, key }, now, now);
}

async function startEmbeddedBroker(paths: ReturnType<typeof statePaths>): Promise<EmbeddedBroker> {
  return startBroker(hasLoopback() ? await portOf(paths.config) : join(paths.emulator, 'broker.sock'));
}

/** In an empty network namespace not even that is up. */
function hasLoopback(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => internal));
}

/** The port an earlier world used: a service that is still running finds the broker again. 0 when it is taken. */
async function portOf(configFile: string): Promise<number> {
  const text = await readFile(configFile, 'utf8').catch(() => '');
  const config = parseJson(text) as { broker?: { url?: string } } | undefined;
  const url = config?.broker?.url ?? '';
  const port = URL.canParse(url) ? Number(new URL(url).port) : 0;
  if (port === 0) return 0;
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    return (probe.address() as AddressInfo).port;
  } catch {
    return 0;
  } finally {
    probe.close();
  }
}
