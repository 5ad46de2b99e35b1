import { z } from 'zod';
import { EntryNumber, Reason, TransactionId } from './messages.js';

/** Events that the carrier answers, before their deadline. */
export const ASKS = ['holder.check', 'numbers.list', 'number.dispute', 'sale.authorise', 'sale.bind'] as const;
export type Ask = (typeof ASKS)[number];

export const isAsk = (type: string): type is Ask => (ASKS as readonly string[]).includes(type);

const approved = <T extends Ask>(ask: T) => ({
  ask: z.literal(ask),
  transaction: TransactionId,
  decision: z.literal('approved'),
});
const Approval = z.string().min(1).max(64);

/** Carrier → kiosk: the answer to an ask. The same ask of a transaction always gets the same answer. */
export const Answer = z.discriminatedUnion('decision', [
  z.discriminatedUnion('ask', [
    z.strictObject(approved('holder.check')),
    /** `numbers`: a JWE (compact) to the key of the ask, of a {@link NumberList}. */
    z.strictObject({ ...approved('numbers.list'), numbers: z.string().max(32_768) }),
    /** `reference`: of the case that was opened. */
    z.strictObject({ ...approved('number.dispute'), reference: z.string().min(1).max(64) }),
    z.strictObject({ ...approved('sale.authorise'), approval: Approval }),
    z.strictObject({ ...approved('sale.bind'), approval: Approval }),
  ]),
  z.strictObject({
    ask: z.enum(ASKS),
    transaction: TransactionId,
    decision: z.literal('refused'),
    reason: Reason,
  }),
]);
export type Answer = z.infer<typeof Answer>;
export type Refusal = Extract<Answer, { decision: 'refused' }>;
/** Yes or no to one kind of ask. */
export type AnswerTo<T extends Ask> = Extract<Answer, { decision: 'approved'; ask: T }> | Refusal;

/** The numbers in a holder's name, as they may be shown: `138****1234`. */
export const NumberList = z
  .array(z.strictObject({ entry: EntryNumber, masked: z.string().regex(/^\+?\d{0,4}\*+\d{0,4}$/) }))
  .max(1_000);
export type NumberList = z.infer<typeof NumberList>;
