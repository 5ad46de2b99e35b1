import { z } from 'zod';
import { isErrorCode, type ErrorCode } from '../errors.js';

/** Devices that a technician can try one at a time. */
export const TESTABLE = ['reader', 'camera', 'dispenser', 'lamps', 'face'] as const;
export type Testable = (typeof TESTABLE)[number];

/** What can have become of a card whose fate was uncertain. `stack`: it never left it, a sensor saw what was not there. */
export const FATES = ['taken', 'retained', 'stack'] as const;
export type Fate = (typeof FATES)[number];

/** What a technician may ask of the service at the machine, on its control socket or, while it is stopped, without it. */
export const TechnicianCommand = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('status') }),
  z.strictObject({ command: z.literal('maintenance'), on: z.boolean() }),
  /** `text`: the content of a batch file. */
  z.strictObject({ command: z.literal('stock-load'), text: z.string() }),
  /** `counted`: cards counted by hand in the stack. */
  z.strictObject({ command: z.literal('stock-count'), counted: z.int().nonnegative().exactOptional() }),
  z.strictObject({ command: z.literal('stock-unload') }),
  z.strictObject({ command: z.literal('settle'), iccid: z.string(), fate: z.enum(FATES) }),
  z.strictObject({ command: z.literal('reset') }),
  /** Sets a damaged journal aside and begins a new one. */
  z.strictObject({ command: z.literal('journal-renew') }),
  /** `picture`: also what the camera sees; only in maintenance. */
  z.strictObject({ command: z.literal('test'), device: z.enum(TESTABLE), picture: z.boolean().default(false) }),
]);
export type TechnicianCommand = z.output<typeof TechnicianCommand>;

/** One JSON value a line. `by`: the account that asks, as it says itself; the socket's permissions decide who may. */
export const ControlRequest = z.strictObject({ by: z.string().min(1).max(64), ask: TechnicianCommand });
export type ControlRequest = z.input<typeof ControlRequest>;

export const ControlAnswer = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), result: z.record(z.string(), z.unknown()) }),
  z.strictObject({
    ok: z.literal(false),
    code: z.custom<ErrorCode>((value) => typeof value === 'string' && isErrorCode(value)),
    detail: z.string().exactOptional(),
  }),
]);
export type ControlAnswer = z.infer<typeof ControlAnswer>;
