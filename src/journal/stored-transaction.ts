import { z } from 'zod';
import { isErrorCode, KioskError, type ErrorCode } from '../errors.js';
import { parseJson } from '../fleet/messages.js';
import { isStateName, type StateName } from '../transaction/states.js';
import { OUTCOMES } from '../transaction/table.js';
import type { Transaction } from '../transaction/transaction.js';
import { text, type Database } from '../lib/sqlite.js';

const State = z.custom<StateName>((value) => typeof value === 'string' && isStateName(value));
const Code = z.custom<ErrorCode>((value) => typeof value === 'string' && isErrorCode(value));

const Stored: z.ZodType<Transaction> = z.strictObject({
  state: State,
  since: z.number(),
  deadline: z.number().nullable(),
  id: z.uuid().exactOptional(),
  service: z.string().exactOptional(),
  documentTries: z.int(),
  faceTries: z.int(),
  entry: z.int().exactOptional(),
  reference: z.string().exactOptional(),
  approval: z.string().exactOptional(),
  iccid: z.string().exactOptional(),
  outcome: z.enum(OUTCOMES).exactOptional(),
  reason: Code.exactOptional(),
  faults: z.array(Code).exactOptional(),
});

/** The transaction as it was committed last. @throws `journal.corrupt` when it is none */
export async function readTransaction(db: Database): Promise<Transaction | undefined> {
  const row = await db.get('SELECT state FROM state');
  if (!row) return undefined;
  const stored = Stored.safeParse(parseJson(text(row, 'state')));
  if (!stored.success) throw new KioskError('journal.corrupt', 'stored state');
  return stored.data;
}
