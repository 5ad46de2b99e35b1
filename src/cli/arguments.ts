import { KioskError } from '../errors.js';

export const JSON_LINE = ['--json', 'print one JSON object as the last line of stdout'] as const;

/** @throws `cli.usage` */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new KioskError('cli.usage', `${text} is not a whole number above 0`);
  return value;
}

/** @throws `cli.usage` */
export function naturalNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new KioskError('cli.usage', `${text} is not a whole number`);
  return value;
}
