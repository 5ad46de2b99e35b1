import { z } from 'zod';
import type { PanelInput, Screen } from '../../src/contracts/panel.js';
import { isErrorCode, type ErrorCode } from '../../src/errors.js';

/** Screen → service. */
export const Input: z.ZodType<PanelInput> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('start'), service: z.string() }),
  z.strictObject({ type: z.literal('agree') }),
  z.strictObject({ type: z.literal('cancel') }),
]);

/** Service → screen. */
export const Shown: z.ZodType<Screen> = z.strictObject({
  state: z.string(),
  prompt: z.string().exactOptional(),
  parameters: z.record(z.string(), z.number()).exactOptional(),
  reason: z.custom<ErrorCode>((value) => typeof value === 'string' && isErrorCode(value)).exactOptional(),
  outcome: z.string().exactOptional(),
  transaction: z.string().exactOptional(),
  machineMs: z.number().exactOptional(),
});
