/** Whether `YYYYMMDD` is a day of the Gregorian calendar, 1800 or later. */
export function isCalendarDate(date: string): boolean {
  if (!/^\d{8}$/.test(date)) return false;
  const [year, month, day] = parts(date);
  const real = new Date(Date.UTC(year, month - 1, day));
  return year >= 1800 && real.getUTCMonth() === month - 1 && real.getUTCDate() === day;
}

/** Full years of age on a day; both dates `YYYYMMDD`. Somebody born on 29 February turns a year older on 1 March. */
export function ageOn(birth: string, today: string): number {
  const [birthYear] = parts(birth);
  const [year] = parts(today);
  return year - birthYear - (today.slice(4) < birth.slice(4) ? 1 : 0);
}

function parts(date: string): [year: number, month: number, day: number] {
  return [Number(date.slice(0, 4)), Number(date.slice(4, 6)), Number(date.slice(6, 8))];
}
