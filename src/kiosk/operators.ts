import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.js';
import type { ErrorCode } from '../errors.js';
import type { Command } from '../fleet/commands.js';
import type { Settings } from '../fleet/configuration.js';
import type { Journal } from '../journal/journal.js';
import type { CarrierDesk } from './carrier-desk.js';
import type { Step } from './command-work.js';
import { SteeredConfiguration } from './configuration.js';
import type { Kiosk } from './kiosk.js';
import { OperatorsCommands } from './operators-commands.js';

interface Parts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly clockFault: () => ErrorCode | undefined;
  readonly kiosk: Kiosk;
  readonly desk: CarrierDesk;
  readonly log: Logger;
  /** What a command does. */
  readonly stepsOf: (command: Command) => readonly Step[];
  /** Throws what is wrong with settings. */
  readonly check: (settings: Settings) => void;
  /** How long settings have to prove themselves. Milliseconds. */
  readonly trialMs: number;
  /** Ends this life of the service: the whole process where somebody starts it again, or to begin with other settings. */
  readonly end: (why: 'restart' | 'settings') => void;
  readonly onFatal: (error: unknown) => void;
}

/** What the carrier's operators want is done from now on. */
export async function serveOperators(parts: Parts): Promise<{ close(): void }> {
  const { desk, end } = parts;
  const { operators } = desk;
  const send = desk.send.bind(desk);
  const commands = new OperatorsCommands({
    ...parts,
    restart: () => end('restart'),
    send,
    reply: (reply) => operators.reply(reply),
  });
  const configuration = new SteeredConfiguration({
    ...parts,
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
