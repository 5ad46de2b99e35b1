import type { Logger } from 'pino';
import { steered } from './config/steerable.js';
import type { Config } from './config/schema.js';
import type { Clock } from './contracts/clock.js';
import type { ErrorCode } from './errors.js';
import type { Journal } from './journal/journal.js';
import type { CarrierDesk } from './kiosk/carrier-desk.js';
import { stepsOf, type CommandBench } from './kiosk/command-work.js';
import { SteeredConfiguration } from './kiosk/configuration.js';
import type { Kiosk } from './kiosk/kiosk.js';
import { OperatorsCommands } from './kiosk/operators-commands.js';

interface Parts extends CommandBench {
  /** The kiosk's own file, without what the carrier has set. */
  readonly file: Config;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly clockFault: () => ErrorCode | undefined;
  readonly kiosk: Kiosk;
  readonly desk: CarrierDesk;
  readonly log: Logger;
  /** Ends this life of the service: the whole process where somebody starts it again, or to begin with other settings. */
  readonly end: (why: 'restart' | 'settings') => void;
  readonly onFatal: (error: unknown) => void;
}

/** What the carrier's operators want is done from now on. */
export async function serveOperators(parts: Parts): Promise<{ close(): void }> {
  const { file, desk, end } = parts;
  const { operators } = desk;
  const send = desk.send.bind(desk);
  const commands = new OperatorsCommands({
    ...parts,
    stepsOf: (command) => stepsOf(parts, command),
    restart: () => end('restart'),
    send,
    reply: (reply) => operators.reply(reply),
  });
  const configuration = new SteeredConfiguration({
    ...parts,
    check: (settings) => void steered(file, settings),
    trialMs: file.trialMs,
    beginAnew: () => end('settings'),
    send,
    report: (report) => operators.report(report),
  });
  await commands.start();
  operators.onCommand((command) => commands.take(command));
  operators.onDesired((desired) => configuration.take(desired));
  operators.onMet(() => configuration.report());
  return {
    close() {
      commands.close();
      configuration.close();
    },
  };
}
