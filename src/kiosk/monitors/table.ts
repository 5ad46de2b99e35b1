import type { Config } from '../../config/schema.js';
import type { MonitorName, Severity } from '../../fleet/monitors.js';

/** One thing that a kiosk measures of itself, and when that is an alarm. */
export interface Monitor {
  readonly means: string;
  readonly unit: string;
  readonly severity: Severity;
  /** The alarm is raised when the value is at its limit or on this side of it. */
  readonly bad: 'low' | 'high';
  /** So far beyond its limit the value must be for the alarm to be cleared: at the limit itself it does not come and go. */
  readonly margin: number;
  /** A change so large is reported at once. */
  readonly step: number;
  /** The setting that the limit comes from, below `monitors` of the configuration. */
  readonly setting: keyof Config['monitors'];
}

export const monitors: Readonly<Record<MonitorName, Monitor>> = {
  stock: {
    ...{ means: 'cards in the stack', unit: 'cards', severity: 'warning', bad: 'low', margin: 1, step: 1 },
    setting: 'stockLowPercent',
  },
  temperature: {
    ...{ means: 'the hottest thermal zone', unit: '°C', severity: 'major', bad: 'high', margin: 5, step: 5 },
    setting: 'temperatureC',
  },
  disk: {
    ...{ means: 'free on the disk of the journal', unit: 'bytes', severity: 'major', bad: 'low' },
    ...{ margin: 50e6, step: 100e6 },
    setting: 'diskFreeMb',
  },
  'face-refusals': {
    ...{ means: 'refused by face, of the last 20 visits with a verdict; from 10 on', unit: '%' },
    ...{ severity: 'minor', bad: 'high', margin: 20, step: 10 },
    setting: 'faceRefusalPercent',
  },
  'reader-errors': {
    ...{ means: 'faults of the reader and documents it could not read, in the last hour', unit: 'errors' },
    ...{ severity: 'minor', bad: 'high', margin: 2, step: 1 },
    setting: 'readerErrorsPerHour',
  },
};

/** What a value does to an alarm; `undefined`: nothing. */
export function verdictOf(
  { bad, margin }: Pick<Monitor, 'bad' | 'margin'>,
  value: number,
  limit: number,
  isRaised: boolean,
): 'raise' | 'clear' | undefined {
  const beyond = bad === 'low' ? value - limit : limit - value;
  // What is counted from nothing is never below it: a low limit has less room.
  const room = bad === 'low' ? margin : Math.min(margin, limit / 2);
  if (isRaised) return beyond > room ? 'clear' : undefined;
  return beyond <= 0 ? 'raise' : undefined;
}
