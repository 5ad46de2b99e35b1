import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { EmulatedCamera } from '../drivers/camera/emulated.js';
import { LevelIoDispenser } from '../drivers/card-dispenser/level-io.js';
import { SerialCardIdentifier } from '../drivers/card-identifier/scanner.js';
import { EmulatedGpio } from '../drivers/gpio/emulated/index.js';
import { imagePhotoDecoder } from '../drivers/id-reader/photo-decoder.js';
import { SamIdReader } from '../drivers/id-reader/sam/index.js';
import { createUnixLink } from '../drivers/link/unix.js';
import { createSocketPanel } from '../drivers/panel/socket.js';
import { statePaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import type { GpioChip } from './contracts/gpio.js';
import type { LinkHello } from './contracts/link.js';
import { createFaceVerifier } from './face/verifier.js';
import { seal } from './fleet/seal.js';
import { openJournal } from './journal/journal.js';
import { loadBatchFile } from './kiosk/batch.js';
import { CarrierDesk } from './kiosk/carrier-desk.js';
import { consentHash, defaultConsent } from './kiosk/consent.js';
import { allDevices, type Devices } from './kiosk/devices.js';
import { Kiosk } from './kiosk/kiosk.js';
import { systemClock } from './lib/clock.js';
import { modelsDir, version } from './lib/paths.js';
import { withResolvers } from './lib/with-resolvers.js';

export interface RunningKiosk {
  /** Ends within 2 s: motors off, nothing half-written. */
  stop(): Promise<void>;
  /** Resolves with what made it impossible to go on. */
  readonly failed: Promise<unknown>;
}

/** Configuration → drivers → kiosk: with `cli/` and the emulator the only place that picks drivers. */
export async function startKiosk(config: Config, log: Logger): Promise<RunningKiosk> {
  const clock = systemClock;
  const paths = statePaths(config.stateDir);
  const journal = await openJournal(config.stateDir, config.kiosk);
  const gpio = createGpio(config);
  const devices = await createDevices(config, gpio);
  const { promise: failed, resolve: fail } = withResolvers<unknown>();

  const greet = async (): Promise<LinkHello> => desk.hello(config.kiosk, await journal.nextSession());
  const link = await createUnixLink({ name: 'link', socket: paths.link }, greet, fail);
  const desk = new CarrierDesk(link, journal, { kiosk: config.kiosk, version }, clock, log);

  const consent = config.consent ?? defaultConsent;
  const kiosk = new Kiosk(
    {
      devices,
      journal,
      desk,
      clock,
      log,
      rules: config.rules,
      captureMs: config.face.captureMs,
      farewellMs: config.farewellMs,
      seal: (holder) => seal(holder, config.carrier.publicKey),
    },
    {
      limits: {
        documentTries: config.rules.documentTries,
        faceTries: config.face.tries,
        deadlinesMs: config.deadlinesMs,
      },
      services: ['new-sim'],
      consent: { version: consent.version, sha256: consentHash(consent) },
      newTransaction: randomUUID,
      onFatal: fail,
    },
  );

  const { batchFile } = config;
  const refill = async (): Promise<void> => {
    if (!batchFile) return;
    if (!(await loadBatchFile(batchFile, journal, clock.now()))) return;
    log.info({ cards: journal.cards() }, 'stock loaded');
    desk.send([]);
  };
  await refill();
  const removeRefill = devices.dispenser.onChange(() => {
    if (devices.dispenser.fault() === undefined) refill().then(() => kiosk.review(), fail);
  });
  kiosk.start();
  log.info({ kiosk: config.kiosk, version, epoch: journal.epoch }, 'started');

  return {
    failed,
    async stop() {
      removeRefill();
      await kiosk.stop();
      desk.close();
      await Promise.all([...allDevices(devices).map((device) => device.close()), link.close()]);
      await gpio.close();
      await journal.close();
      log.info('stopped');
    },
  };
}

export async function createDevices(config: Config, gpio: GpioChip): Promise<Devices> {
  const { camera, idReader, dispenser, cardIdentifier, face } = config;
  return {
    camera: new EmulatedCamera({ name: 'camera', socket: camera.socket }),
    idReader: new SamIdReader(
      {
        name: 'idReader',
        path: idReader.port,
        baudRate: idReader.baudRate,
        pollMs: idReader.pollMs,
        healthMs: idReader.healthMs,
      },
      imagePhotoDecoder,
    ),
    dispenser: new LevelIoDispenser(gpio, dispenser),
    cardIdentifier: new SerialCardIdentifier({
      name: 'cardIdentifier',
      path: cardIdentifier.port,
      baudRate: cardIdentifier.baudRate,
      timeoutMs: cardIdentifier.timeoutMs,
    }),
    verifier: createFaceVerifier({ modelsDir: face.models ?? modelsDir }),
    panel: await createSocketPanel({ name: 'panel', socket: statePaths(config.stateDir).panel }),
  };
}

export function createGpio({ gpio }: Config): GpioChip {
  return new EmulatedGpio({ name: 'gpio', socket: gpio.socket });
}
