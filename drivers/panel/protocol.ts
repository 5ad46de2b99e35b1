import { z } from 'zod';
import type { PanelInput, Screen, Terms } from '../../src/contracts/panel.js';
import { isErrorCode, type ErrorCode } from '../../src/errors.js';

/** Screen → service. */
export const Input: z.ZodType<PanelInput> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('start'), service: z.string() }),
  z.strictObject({ type: z.literal('agree') }),
  z.strictObject({ type: z.literal('cancel') }),
  z.strictObject({ type: z.literal('choose'), entry: z.int().positive() }),
  z.strictObject({ type: z.literal('not-mine'), entry: z.int().positive() }),
]);

const Term = z.strictObject({ version: z.string(), text: z.string() });
const AllTerms: z.ZodType<Terms> = z.strictObject({ consent: Term, noPassingOn: Term });

/** Service → screen. */
export const Shown: z.ZodType<Screen> = z.strictObject({
  state: z.string(),
  prompt: z.string().exactOptional(),
  parameters: z.record(z.string(), z.number()).exactOptional(),
  terms: AllTerms.exactOptional(),
  numbers: z.array(z.strictObject({ entry: z.int().positive(), masked: z.string() })).exactOptional(),
  reference: z.string().exactOptional(),
  reason: z.custom<ErrorCode>((value) => typeof value === 'string' && isErrorCode(value)).exactOptional(),
  outcome: z.string().exactOptional(),
  transaction: z.string().exactOptional(),
  machineMs: z.number().exactOptional(),
});
