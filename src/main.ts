import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { LineCabinet } from '../drivers/cabinet/line-cabinet.js';
import { createCamera } from '../drivers/camera/create.js';
import { LevelIoDispenser } from '../drivers/card-dispenser/level-io.js';
import type { StackOrder } from '../drivers/card-identifier/batch-order.js';
import { createCardIdentifier } from '../drivers/card-identifier/create.js';
import { ChardevGpio } from '../drivers/gpio/chardev/index.js';
import { EmulatedGpio } from '../drivers/gpio/emulated/index.js';
import { OnoffGpio } from '../drivers/gpio/onoff/index.js';
import { SafeOffFile } from '../drivers/gpio/safe-off-file.js';
import { createIdReader } from '../drivers/id-reader/create.js';
import { createUnixLink } from '../drivers/link/unix.js';
import { createSocketPanel } from '../drivers/panel/socket.js';
import { socketPaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import { steered } from './config/steerable.js';
import type { GpioChip } from './contracts/gpio.js';
import type { LinkHello } from './contracts/link.js';
import { drawChallenge } from './face/challenge.js';
import { createFaceVerifier } from './face/verifier.js';
import type { Settings } from './fleet/configuration.js';
import { newMailbox } from './fleet/mailbox.js';
import { seal } from './fleet/seal.js';
import { openJournal } from './journal/journal.js';
import { CarrierDesk } from './kiosk/carrier-desk.js';
import { stepsOf, type CommandBench } from './kiosk/command-work.js';
import { settingsAtStart } from './kiosk/configuration.js';
import { watchCertificate } from './kiosk/certificate-watch.js';
import { ClockWatch } from './kiosk/clock-trust.js';
import { defaultTerms } from './kiosk/consent.js';
import { allDevices, type Devices } from './kiosk/devices.js';
import { listenForTechnicians } from './kiosk/control-socket.js';
import { DocumentLocks } from './kiosk/document-locks.js';
import { Kiosk } from './kiosk/kiosk.js';
import { serveOperators } from './kiosk/operators.js';
import { aboutEveryMinute } from './kiosk/presence.js';
import { pruneDaily } from './kiosk/prune-daily.js';
import { Refill } from './kiosk/refill.js';
import { RoomWatch } from './kiosk/room-watch.js';
import { carryOut, workshopOf } from './kiosk/technician.js';
import { Monitors, type MonitorLimits } from './kiosk/monitors/monitors.js';
import { hottestZone } from './kiosk/monitors/thermal.js';
import { LitCamera } from './kiosk/lit-camera.js';
import { systemClock } from './lib/clock.js';
import { freeBytes } from './lib/disk.js';
import type { Condition } from './lib/life-signs.js';
import { modelsDir, version } from './lib/paths.js';
import { withResolvers } from './lib/with-resolvers.js';
import { createTrust } from './trust.js';

export interface RunningKiosk {
  /** Ends within 2 s: motors off, nothing half-written. */
  stop(): Promise<void>;
  /** Resolves with what made it impossible to go on. */
  readonly failed: Promise<unknown>;
  /** Resolves when it is time to begin anew: what stood in the way of everything is gone. */
  readonly over: Promise<'restart' | 'settings' | undefined>;
  condition(): Condition;
}

/** What a kiosk cannot know by itself. */
export type Surroundings = Pick<CommandBench, 'logLines' | 'examine'>;

/**
 * Configuration → drivers → kiosk: with `cli/` and the emulator the only place that picks drivers. When it rejects,
 * nothing of it is left open.
 */
export async function startKiosk(config: Config, log: Logger, surroundings: Surroundings): Promise<RunningKiosk> {
  /** What was opened, and has to be closed in the opposite order. */
  const opened: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const end of opened.toReversed()) await end();
  };
  try {
    return { ...(await assemble(config, log, surroundings, opened)), stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  file: Config,
  log: Logger,
  surroundings: Surroundings,
  opened: (() => unknown)[],
): Promise<Omit<RunningKiosk, 'stop'>> {
  const clock = systemClock;
  const journal = await openJournal(file.stateDir, file.kiosk);
  opened.push(async () => {
    await journal.close();
    log.info('stopped');
  });
  const check = (settings: Settings): void => void steered(file, settings);
  const config = steered(file, await settingsAtStart(journal, clock, check));
  log.level = config.logLevel;
  const gpio = createGpio(config);
  opened.push(() => gpio.close());
  const devices = await createDevices(config, gpio, journal);
  opened.push(() => closeAll(devices));
  const { promise: failed, resolve: fail } = withResolvers<unknown>();
  const { promise: over, resolve: end } = withResolvers<'restart' | 'settings'>();
  const clockWatch = new ClockWatch(clock, () => journal.newest());
  opened.push(() => clockWatch.close());
  await clockWatch.look();

  const waiting = (): number => journal.lastSeq() - journal.messages().acknowledged;
  const { minFreeMb, maxWaiting } = config.journal;
  const free = (): Promise<number> => freeBytes(config.stateDir);
  const roomWatch = new RoomWatch(clock, { free, waiting }, { minFree: minFreeMb * 1e6, maxWaiting });
  opened.push(() => roomWatch.close());
  await roomWatch.look();

  const trust = await createTrust(config);
  // The network process may be there before what it is greeted by.
  const { promise: desks, resolve: opens } = withResolvers<CarrierDesk>();
  const greet = async (): Promise<LinkHello> =>
    (await desks).hello(config.kiosk, await journal.nextSession(clock.now()));
  const sockets = socketPaths(config);
  const link = await createUnixLink({ name: 'link', socket: sockets.link }, greet, fail);
  opened.push(() => link.close());
  const desk = new CarrierDesk(link, journal, {
    ...{ kiosk: config.kiosk, version, trust, clock, log },
    onFatal: fail,
    random: Math.random,
  });
  opened.push(() => desk.close());
  opens(desk);

  const draw = { newLock: randomUUID, newSecret: () => randomBytes(32) };
  const locks = await DocumentLocks.open(journal, { rules: config.documentLock, ...draw }, clock.now());
  const endForgetting = aboutEveryMinute(clock, Math.random, () => {
    // By a clock that is wrong a lock that is in force may seem to be over.
    if (clockWatch.fault() === undefined) locks.forget(clock.now()).catch(fail);
  });
  opened.push(() => endForgetting());
  const monitors = new Monitors({
    ...{ journal, clock, idReader: devices.idReader, random: Math.random, onError: fail },
    temperature: hottestZone,
    diskFree: () => free().catch(() => undefined),
    limits: limitsOf(config),
    onAlarm: (rows) => desk.send(rows),
    report: (measured) => desk.report(measured),
  });
  opened.push(() => monitors.close());
  const onLoaded = (): void => desk.send([]);
  const refill = new Refill({ file: config.batchFile, journal, clock, log, onLoaded, onFatal: fail });
  opened.push(() => refill.close());
  const kiosk = new Kiosk(
    {
      devices,
      locks,
      journal,
      desk,
      clock,
      clockFault: () => clockWatch.fault(),
      roomFault: () => roomWatch.fault(),
      stockFault: () => refill.fault(),
      log,
      rules: config.rules,
      captureMs: config.face.captureMs,
      stepMs: config.face.stepMs,
      drawChallenge: () => (config.face.challenge ? drawChallenge(randomInt) : []),
      farewellMs: config.farewellMs,
      seal: (holder) => seal(holder, config.carrier.publicKey),
      newMailbox,
    },
    {
      limits: {
        documentTries: config.rules.documentTries,
        faceTries: config.face.tries,
        deadlinesMs: config.deadlinesMs,
      },
      services: config.services,
      terms: {
        consent: config.consent ?? defaultTerms.consent,
        noPassingOn: config.noPassingOn ?? defaultTerms.noPassingOn,
      },
      newTransaction: randomUUID,
      onStep(event, next) {
        monitors.counts.onStep(event, next, clock.monotonic());
        // Its cards have changed.
        if (event.type === 'visit.closed') desk.greet();
      },
      onFatal: fail,
    },
  );

  await refill.look();
  const removeRefill = devices.dispenser.onChange(() => {
    if (devices.dispenser.fault() === undefined) refill.look().then(() => kiosk.review(), fail);
  });
  opened.push(() => removeRefill());
  for (const watch of [clockWatch, roomWatch, refill]) watch.onChange(() => kiosk.review());
  opened.push(() => kiosk.stop());
  kiosk.start();
  const bench: CommandBench = {
    ...{ ...surroundings, journal, clock, devices },
    unlockDocument: async (lock, by) => desk.send(await locks.unlock(lock, by, clock.now())),
  };
  const operators = await serveOperators({
    ...{ journal, clock, kiosk, desk, log, check, end, onFatal: fail },
    clockFault: () => clockWatch.fault(),
    stepsOf: (command) => stepsOf(bench, command),
    trialMs: file.trialMs,
  });
  // Right before the kiosk itself ends: it invites nobody while an operator's order has it.
  opened.push(() => operators.close());
  const isClockRight = (): boolean => clockWatch.fault() === undefined;
  const endWatch = watchCertificate(link, { journal, clock, isClockRight }, (rows) => desk.send(rows), fail);
  opened.push(() => endWatch());
  const endGreeting = aboutEveryMinute(clock, Math.random, () => desk.greet());
  opened.push(() => endGreeting());
  const workshop = workshopOf(kiosk, desk, { journal, clock, devices });
  const control = await listenForTechnicians(sockets.control, (ask, by) => carryOut(workshop, ask, by), fail);
  opened.push(() => control.close());
  const stopPruning = pruneDaily(journal, clock, config.journal.keepDays, isClockRight, fail);
  opened.push(() => stopPruning());
  log.info({ kiosk: config.kiosk, version, epoch: journal.epoch }, 'started');

  return {
    failed,
    over,
    condition() {
      const { state, faults, stuck } = kiosk;
      return { healthy: !stuck, status: [stuck ? `stuck in ${state}` : state, ...faults].join(', ') };
    },
  };
}

async function closeAll(devices: Devices): Promise<void> {
  await Promise.all([...allDevices(devices)].map((device) => device.close()));
}

function limitsOf({ monitors }: Config): MonitorLimits {
  const { stockLowPercent, temperatureC, diskFreeMb, faceRefusalPercent, readerErrorsPerHour } = monitors;
  return {
    stockPercent: stockLowPercent,
    temperature: temperatureC,
    disk: diskFreeMb * 1e6,
    'face-refusals': faceRefusalPercent,
    'reader-errors': readerErrorsPerHour,
  };
}

/** Every device of the configuration, on the lines of `gpio`. */
export async function createDevices(config: Config, gpio: GpioChip, order: StackOrder): Promise<Devices> {
  const { dispenser, face } = config;
  // First, since nothing else is open yet that would have to be closed when it cannot be made.
  const panel = await createSocketPanel({ name: 'panel', socket: socketPaths(config).panel });
  const cabinet = new LineCabinet(gpio, config.cabinet);
  return {
    camera: new LitCamera(createCamera('camera', config.camera), (on) => cabinet.light(on)),
    idReader: await createIdReader(config.idReader, createCamera),
    dispenser: new LevelIoDispenser(gpio, dispenser),
    cardIdentifier: createCardIdentifier('cardIdentifier', config.cardIdentifier, order),
    verifier: createFaceVerifier({ ...face, modelsDir: face.models ?? modelsDir }),
    panel,
    cabinet,
  };
}

/** The GPIO chip of the configuration; what it drives is on record for `systemd/safe-off`. */
export function createGpio({ gpio, safeOffFile }: Config): GpioChip {
  const safeOff = safeOffFile === undefined ? {} : { safeOff: new SafeOffFile(safeOffFile) };
  switch (gpio.driver) {
    case 'emulated':
      return new EmulatedGpio({ name: 'gpio', socket: gpio.socket });
    case 'chardev':
      return new ChardevGpio({ name: 'gpio', chip: gpio.chip, lines: gpio.lines, ...safeOff });
    case 'onoff':
      return new OnoffGpio({ name: 'gpio', label: gpio.label, lines: gpio.lines, ...safeOff });
  }
}
