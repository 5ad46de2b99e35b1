import type { Clock } from '../contracts/clock.js';
import type { Device } from '../contracts/health.js';
import { codeOf, KioskError } from '../errors.js';
import {
  commandTypes,
  isCommandName,
  type Command,
  type CommandArgs,
  type CommandName,
  type CommandResult,
  type Finding,
} from '../fleet/commands.js';
import type { Journal } from '../journal/journal.js';
import { testCamera } from './device-tests.js';
import { allDevices, type Devices } from './devices.js';
import { OUT_OF_SERVICE } from './health.js';
import { excerptOf } from './log-excerpt.js';
import { resetDispenser } from './reset-dispenser.js';

export interface Outcome {
  readonly result: Readonly<Record<string, unknown>>;
  /** A text that belongs to the result, compressed. */
  readonly text?: Buffer;
}

export type Step = () => Promise<Outcome>;

/** What operators' commands are carried out on. */
export interface CommandBench {
  readonly journal: Journal;
  readonly devices: Devices;
  readonly clock: Clock;
  /** The log as far back as it is in memory, the oldest line first. */
  readonly logLines: () => readonly string[];
  /** What `simkiosk doctor` finds, without what needs a network. */
  readonly examine: () => Promise<readonly Finding[]>;
  /** @throws `document.not-locked` */
  readonly unlockDocument: (lock: string, by: string) => Promise<void>;
}

const NOTHING: Outcome = { result: {} };

type Steps = {
  readonly [T in CommandName]: (bench: CommandBench, args: CommandArgs<T>, by: string) => readonly Step[];
};

const steps: Steps = {
  'out-of-service': ({ journal, clock }, _args, by) => [
    async () => {
      await journal.append({
        at: clock.now(),
        event: { type: 'operator.out-of-service' },
        kept: [{ key: OUT_OF_SERVICE, value: JSON.stringify({ by }) }],
        messages: () => [],
      });
      return NOTHING;
    },
  ],

  'in-service': ({ journal, clock }) => [
    async () => {
      await journal.append({
        at: clock.now(),
        event: { type: 'operator.in-service' },
        kept: [{ key: OUT_OF_SERVICE, value: undefined }],
        messages: () => [],
      });
      return NOTHING;
    },
  ],

  // The next life of the service ends it.
  restart: () => [],

  'self-test': ({ devices }) => [
    async () => {
      const pictures = await found('camera pictures', async () => {
        const { perSecond } = await testCamera(devices, false);
        return `${String(perSecond)} a second`;
      });
      return foundAll([...allDevices(devices).map(stateOf), pictures]);
    },
  ],

  'stock-report': ({ journal, devices }) => [
    async () => {
      const seen = await devices.dispenser.status().catch((error: unknown) => {
        if (error instanceof KioskError) return undefined;
        throw error;
      });
      const ledger = { cards: journal.cards(), uncertain: journal.uncertain().slice(0, 256) };
      const result: CommandResult<'stock-report'> = {
        ...ledger,
        orderKnown: journal.orderKnown(),
        ...(seen && { seen }),
      };
      return { result };
    },
  ],

  'log-excerpt': ({ logLines }, args) => [
    async () => {
      const { result, gzip } = await excerptOf(logLines(), args);
      return { result, text: gzip };
    },
  ],

  doctor: ({ examine, devices }) => [async () => foundAll([...(await examine()), ...allDevices(devices).map(stateOf)])],

  'retain-card': ({ devices: { dispenser }, clock }) => [
    async () => {
      await resetDispenser(dispenser, clock);
      return NOTHING;
    },
    // In between the kiosk has accounted for the card, and kept it inside.
    async () => {
      const seen: CommandResult<'retain-card'> = await dispenser.status();
      if (seen.media !== 'none') throw new KioskError('dispenser.occupied', seen.media);
      return { result: seen };
    },
  ],

  'unlock-document': ({ unlockDocument }, { lock }, by) => [
    async () => {
      await unlockDocument(lock, by);
      return NOTHING;
    },
  ],
};

/** What a command does, step by step. Between two steps the kiosk does what it would do without the command. */
export function stepsOf(bench: CommandBench, { type, args, by }: Command): readonly Step[] {
  if (!isCommandName(type)) throw new KioskError('internal.impossible', `command ${type}`);
  // What the schema of a type gives is what its steps take.
  return steps[type](bench, commandTypes[type].args.parse(args) as never, by);
}

function stateOf(device: Device): Finding {
  const code = device.fault();
  return { name: device.name, ok: code === undefined, ...(code && { code }) };
}

async function found(name: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await work() };
  } catch (error) {
    if (error instanceof KioskError) return { name, ok: false, code: codeOf(error) };
    throw error;
  }
}

function foundAll(parts: readonly Finding[]): Outcome {
  const result: CommandResult<'doctor'> = { ok: parts.every(({ ok }) => ok), parts: [...parts] };
  return { result };
}
