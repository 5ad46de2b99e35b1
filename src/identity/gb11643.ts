import { isCalendarDate } from './dates.js';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';

/** Check character of the first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2). */
export function checkCharacter(digits: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return CHECK_CHARACTERS[sum % 11] ?? '';
}

export type NumberProblem = 'form' | 'check-digit' | 'date';

/** What is wrong with a citizen number (GB 11643), if anything. */
export function numberProblem(number: string): NumberProblem | undefined {
  if (!/^\d{17}[\dX]$/.test(number)) return 'form';
  if (checkCharacter(number) !== number[17]) return 'check-digit';
  return isCalendarDate(birthOf(number)) ? undefined : 'date';
}

/** The date of birth inside the number, `YYYYMMDD`. */
export function birthOf(number: string): string {
  return number.slice(6, 14);
}
