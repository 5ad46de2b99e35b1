/** How far an end of validity may lie in the future. Years. */
const FUTURE = 49;
const CENTURY = 100;

/**
 * A zone has two digits of the year only, and no standard says of which century.
 * Birth: the latest such day that is not in the future, so that nobody is taken for older than they are.
 * @param date `YYMMDD`
 * @param today `YYYYMMDD`
 * @returns `YYYYMMDD`; a date with unknown parts (`<`) as it is
 */
export function birthDate(date: string, today: string): string {
  if (!isDigits(date)) return date;
  const century = Number(today.slice(0, 2));
  const latest = `${century}${date}`;
  return latest <= today ? latest : `${century - 1}${date}`;
}

/** End of validity: between 50 years ago and 49 years ahead. The rest as {@link birthDate}. */
export function expiryDate(date: string, today: string): string {
  if (!isDigits(date)) return date;
  const last = Number(today.slice(0, 4)) + FUTURE;
  const year = last - ((last - Number(date.slice(0, 2))) % CENTURY);
  return `${year}${date.slice(2)}`;
}

const isDigits = (date: string): boolean => /^\d{6}$/.test(date);
