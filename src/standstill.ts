import type { Logger } from 'pino';
import { createUnixLink } from '../drivers/link/unix.js';
import { createSocketPanel } from '../drivers/panel/socket.js';
import { socketPaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import { errorTable, type ErrorCode, type KioskError } from './errors.js';
import { readLastWord } from './journal/last-word.js';
import { openJournal } from './journal/journal.js';
import { journalPaths } from './journal/paths.js';
import { renewJournal } from './journal/renew.js';
import { batchIdOf } from './kiosk/batch.js';
import { listenForTechnicians } from './kiosk/control-socket.js';
import { Standstill } from './kiosk/standstill.js';
import { systemClock } from './lib/clock.js';
import { version } from './lib/paths.js';
import { withResolvers } from './lib/with-resolvers.js';
import type { RunningKiosk } from './main.js';
import { remedyOf } from './remedies.js';
import { createTrust } from './trust.js';

/** Without a journal nothing may happen, and somebody has to hear why. Another process that writes it is no such case. */
export const STANDSTILL: ReadonlySet<ErrorCode> = new Set([
  'journal.unwritable',
  'journal.corrupt',
  'journal.missing',
  'journal.too-new',
  'journal.foreign',
]);

/** The service as long as its journal cannot be used: no device is opened. Ends when it can. */
export async function startStandstill(config: Config, log: Logger, error: KioskError): Promise<RunningKiosk> {
  const { kiosk, stateDir } = config;
  const clock = systemClock;
  const { code, detail } = error;
  // At once: the sockets may lie on the same disk, and then nobody else hears of it.
  log.fatal({ code, detail, means: errorTable[code].means, remedy: remedyOf(code) }, 'out of service');
  const { promise: failed, resolve: fail } = withResolvers<unknown>();
  const { promise: over, resolve: end } = withResolvers<undefined>();
  const standstill = new Standstill({
    kiosk,
    trust: await createTrust(config),
    version,
    clock,
    random: Math.random,
    error,
    // That of another kiosk is no word of this one; and it may be what cannot be read.
    lastWord:
      error.code === 'journal.foreign'
        ? undefined
        : await readLastWord(journalPaths(stateDir).lastWord).catch(() => undefined),
    tryJournal: async () => (await openJournal(stateDir, kiosk)).close(),
    renew: async (by) =>
      renewJournal(stateDir, kiosk, { by, at: clock.now(), batch: await batchIdOf(config.batchFile) }),
  });
  standstill.onOver(() => end(undefined));
  const sockets = socketPaths(config);
  const panel = await createSocketPanel({ name: 'panel', socket: sockets.panel });
  const link = await createUnixLink({ name: 'link', socket: sockets.link }, () => standstill.hello(), fail);
  const control = await listenForTechnicians(
    sockets.control,
    (ask, by) => standstill.carryOut(ask, by),
    () => undefined,
  );
  standstill.start(panel, link);
  return {
    failed,
    over,
    condition: () => ({ healthy: true, status: `out-of-service, ${standstill.error.code}` }),
    async stop() {
      standstill.close();
      await Promise.all([control.close(), link.close(), panel.close()]);
    },
  };
}
