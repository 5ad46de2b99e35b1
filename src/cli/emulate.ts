import { createLog } from '../lib/log.js';
import { EXIT, exitSoon, makeFolder, stopSignal } from './command.js';
import type { Pace } from './virtual-config.js';
import { startWorld } from './world.js';

export interface EmulateOptions {
  readonly state: string;
  readonly cast?: string;
  readonly broker?: string;
  readonly pace?: Pace;
  readonly repeat?: boolean;
  readonly installed?: boolean;
}

/** `simkiosk emulate`: the world around a service, until it is stopped. */
export async function emulate(options: EmulateOptions): Promise<void> {
  const { state, cast, broker, pace = 'real', repeat = false, installed = false } = options;
  await makeFolder(state);
  const log = createLog('emulate', 'info');
  const world = await startWorld(
    {
      dir: state,
      cast,
      broker,
      pace,
      installed,
      visits: repeat ? Infinity : undefined,
      onEvent(event) {
        if (event.type === 'card') log.info({ to: event.to }, 'card');
        if (event.type === 'turned-away') log.warn({ visit: event.visit, code: event.reason }, 'turned away');
        if (event.type === 'left') log.info({ visit: event.visit, ...event.ending }, 'visit');
      },
    },
    log,
  );
  log.info({ config: world.configFile, broker: world.brokerUrl }, 'ready');
  void world.emulator.serve(world.visits).then(() => log.info('the cast is through'));
  await stopSignal();
  exitSoon(EXIT.ok);
  await world.close();
  log.info('stopped');
}
