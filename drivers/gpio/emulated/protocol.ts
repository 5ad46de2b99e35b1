import { z } from 'zod';

/** One JSON object a line over a Unix stream socket; every order is answered once, under its `id`, in order. */
const Id = z.int().nonnegative();
const Line = z.string().min(1);

export const Order = z.discriminatedUnion('type', [
  /** All lines of a request are granted, or none. */
  z.strictObject({
    type: z.literal('request-outputs'),
    lines: z.array(z.strictObject({ line: Line, activeLow: z.boolean() })),
  }),
  z.strictObject({
    type: z.literal('request-inputs'),
    lines: z.array(
      z.strictObject({
        line: Line,
        activeLow: z.boolean(),
        bias: z.enum(['pull-up', 'pull-down', 'disabled']),
        debounceUs: z.number().nonnegative(),
      }),
    ),
  }),
  z.strictObject({ type: z.literal('set'), line: Line, level: z.boolean() }),
  z.strictObject({ type: z.literal('get'), line: Line }),
]);
export type Order = z.infer<typeof Order>;

export const ToChip = z.strictObject({ id: Id, order: Order });
export type ToChip = z.infer<typeof ToChip>;

export const ChipError = z.enum(['gpio.line-unknown', 'gpio.line-busy', 'gpio.line-direction']);
export type ChipError = z.infer<typeof ChipError>;

export const FromChip = z.discriminatedUnion('type', [
  /** `level` is the answer to `get` and `false` otherwise. */
  z.strictObject({ type: z.literal('done'), id: Id, level: z.boolean() }),
  z.strictObject({ type: z.literal('refused'), id: Id, error: ChipError, line: z.string() }),
  /** `timestampNs`: decimal digits, since JSON has no 64-bit integers. */
  z.strictObject({ type: z.literal('edge'), line: Line, level: z.boolean(), timestampNs: z.string().regex(/^\d+$/) }),
]);
export type FromChip = z.infer<typeof FromChip>;
