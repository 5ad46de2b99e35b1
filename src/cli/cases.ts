import { readCases } from '../carrier/read-cases.js';
import { printJson } from './command.js';

export interface CasesOptions {
  readonly dir: string;
  readonly json?: boolean;
}

/** `simkiosk carrier cases`: numbers that somebody found in their name and marked as not theirs. */
export async function carrierCases({ dir, json }: CasesOptions): Promise<void> {
  const cases = (await readCases(dir)).map((one) => ({ ...one, openedAt: new Date(one.openedAt).toISOString() }));
  if (json) printJson({ cases });
  else
    for (const { reference, openedAt, number, sale, kiosk } of cases)
      process.stdout.write(`${reference}  ${openedAt}  ${number ?? '-'}, sold by ${sale}; said at ${kiosk}\n`);
}
