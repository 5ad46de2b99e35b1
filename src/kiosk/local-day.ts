const day = new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit' });

/** The calendar day at the kiosk, `YYYYMMDD`, in the time zone of the machine. */
export function localDay(now: number): string {
  return day.format(now).replaceAll('-', '');
}
