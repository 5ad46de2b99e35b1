/** The calendar day at the kiosk, `YYYYMMDD`, in the time zone of the machine. */
export function localDay(now: number): string {
  const date = new Date(now);
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))].join('');
}
