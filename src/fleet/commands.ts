import { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import { wrongIn } from './fitting.js';
import { By, CardCounts, ENDS, Reason, type End } from './messages.js';

/** Levels of the log, the least urgent first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What was found about one part of the kiosk. */
const Finding = z.strictObject({
  name: z.string().max(64),
  ok: z.boolean(),
  code: Reason.exactOptional(),
  detail: z.string().max(256).exactOptional(),
});
export type Finding = z.infer<typeof Finding>;

const Nothing = z.strictObject({});
const Findings = z.strictObject({ ok: z.boolean(), parts: z.array(Finding).max(64) });
/** What the dispenser's sensors see; absent while it does not answer. */
const Seen = z.strictObject({
  media: z.enum(['none', 'transport', 'exit']),
  unit: z.enum(['ok', 'low', 'empty']),
  retainBin: z.enum(['ok', 'full']),
});

interface CommandType {
  /** What it does, for whoever gives it. */
  readonly means: string;
  readonly args: z.ZodType;
  readonly result: z.ZodType;
  /** Refused while the kiosk's clock is not to be believed: nobody knows then whether it is late. */
  readonly dangerous: boolean;
}

/** Every command of the operators: nothing else is carried out. None of them runs in the middle of a visit. */
export const commandTypes = {
  'out-of-service': {
    means: 'nobody is invited any more, also after a restart',
    args: Nothing,
    result: Nothing,
    dangerous: false,
  },
  'in-service': {
    means: 'takes `out-of-service` back; whatever else stands in the way still does',
    args: Nothing,
    result: Nothing,
    dangerous: true,
  },
  restart: { means: 'ends the device process and begins it anew', args: Nothing, result: Nothing, dangerous: true },
  'self-test': {
    means: 'tries what can be tried without a card and without a customer: each device, the camera, the face engine',
    args: Nothing,
    result: Findings,
    dangerous: false,
  },
  'stock-report': {
    means: 'where the cards are, by the ledger and by the sensors',
    args: Nothing,
    result: z.strictObject({
      cards: CardCounts,
      uncertain: z.array(z.string()).max(256),
      orderKnown: z.boolean(),
      seen: Seen.exactOptional(),
    }),
    dangerous: false,
  },
  'log-excerpt': {
    means: 'the log of the device process by time and level, as far back as it is in memory; long numbers are cut',
    args: z.strictObject({
      from: z.iso.datetime().exactOptional(),
      to: z.iso.datetime().exactOptional(),
      level: z.enum(LOG_LEVELS).default('info'),
    }),
    /** Lines are left out from the oldest on when there are too many. The text is in the parts of the reply. */
    result: z.strictObject({ lines: z.int().nonnegative(), leftOut: z.int().nonnegative() }),
    dangerous: false,
  },
  doctor: {
    means: 'what `simkiosk doctor` finds, as far as the device process can look',
    args: Nothing,
    result: Findings,
    dangerous: false,
  },
  'retain-card': {
    means: 'clears a jam, and keeps the card inside that is stuck',
    args: Nothing,
    result: Seen,
    dangerous: true,
  },
  'unlock-document': {
    means: 'a document that was locked after failed matches may be used again; `lock` is in the event about it',
    args: z.strictObject({ lock: z.string().min(1).max(128) }),
    result: Nothing,
    dangerous: true,
  },
} as const satisfies Readonly<Record<string, CommandType>>;

export type CommandName = keyof typeof commandTypes;
export type CommandArgs<T extends CommandName> = z.output<(typeof commandTypes)[T]['args']>;
export type CommandResult<T extends CommandName> = z.input<(typeof commandTypes)[T]['result']>;

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commandTypes, name);
}

/** Carrier → kiosk, until the kiosk has answered how it ended. The same `id` is the same command, whatever else it says. */
export const Command = z.strictObject({
  id: z.uuid(),
  type: z.string().min(1).max(64),
  issuedAt: z.iso.datetime(),
  /** After this it is not begun any more. */
  deadline: z.iso.datetime(),
  /** Waits for the end of a visit; without it the command is refused in the middle of one. */
  whenIdle: z.boolean(),
  /** The operator who gives it. */
  by: By,
  args: z.record(z.string().max(64), z.unknown()),
});
export type Command = z.infer<typeof Command>;

export const COMMAND_STATUSES = ['accepted', 'running', ...ENDS] as const;
export type CommandStatus = (typeof COMMAND_STATUSES)[number];

export const hasEnded = (status: string): status is End => (ENDS as readonly string[]).includes(status);

/** Bytes of a compressed text in one reply: with two layers of base64 it fits into the largest message. */
export const PART_BYTES = 24_576;
export const MOST_PARTS = 16;

/** Kiosk → carrier: how far a command is. An ended one says the same whenever it is asked. */
export const Reply = z.strictObject({
  command: z.uuid(),
  status: z.enum(COMMAND_STATUSES),
  reason: Reason.exactOptional(),
  detail: z.string().max(512).exactOptional(),
  /** Of the type of the command. */
  result: z.record(z.string().max(64), z.unknown()).exactOptional(),
  /** A text that belongs to the result, gzip (RFC 1952) in base64; the reply comes once for each part, in any order. */
  part: z
    .strictObject({
      index: z.int().nonnegative(),
      of: z.int().positive().max(MOST_PARTS),
      gzip: z.base64().max(Math.ceil(PART_BYTES / 3) * 4),
    })
    .exactOptional(),
});
export type Reply = z.infer<typeof Reply>;

/** What is known when a command arrives, or is about to begin. */
export interface CommandCircumstances {
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
  /** Why the wall clock is not to be believed. */
  readonly clockFault: ErrorCode | undefined;
  readonly inVisit: boolean;
}

/** What becomes of a new command: it waits for its turn, or has ended already. */
export type Admission =
  | { readonly status: 'accepted' }
  | { readonly status: 'expired' | 'rejected'; readonly reason: ErrorCode; readonly detail?: string };

/** Decides about a new command; everything about it is looked at before any of it is done. */
export function admit(command: Command, circumstances: CommandCircumstances): Admission {
  const { type, whenIdle } = command;
  const reject = (reason: ErrorCode, detail?: string): Admission => ({
    status: 'rejected',
    reason,
    ...(detail !== undefined && { detail: detail.slice(0, 512) }),
  });
  if (!isCommandName(type)) return reject('command.unknown', type);
  const args = commandTypes[type].args.safeParse(command.args);
  if (!args.success) return reject('command.bad-arguments', wrongIn(args.error));
  const late = lateness(command, circumstances);
  if (late) return late;
  return circumstances.inVisit && !whenIdle ? reject('control.not-now') : { status: 'accepted' };
}

/** Whether it is too late to begin a command, or nobody can say; undefined when it may begin. */
export function lateness(
  { type, deadline }: Pick<Command, 'type' | 'deadline'>,
  { now, clockFault }: Pick<CommandCircumstances, 'now' | 'clockFault'>,
): Admission | undefined {
  if (now >= Date.parse(deadline)) return { status: 'expired', reason: 'command.expired' };
  const isDangerous = isCommandName(type) && commandTypes[type].dangerous;
  return clockFault && isDangerous ? { status: 'rejected', reason: clockFault } : undefined;
}
