import type { Alarm } from '../../fleet/messages.js';
import { MONITORS, type MonitorName } from '../../fleet/monitors.js';
import type { OutboxRow } from '../../journal/entry.js';
import type { Journal } from '../../journal/journal.js';

const keyOf = (monitor: MonitorName): string => `alarm.${monitor}`;

/** Alarms that were raised and not cleared: also before a restart. */
export function openAlarms(journal: Pick<Journal, 'kept'>): readonly MonitorName[] {
  return MONITORS.filter((name) => journal.kept(keyOf(name)) !== undefined);
}

/** Commits that an alarm is raised or cleared, with the event about it. */
export function putAlarm(journal: Journal, alarm: Alarm, at: number): Promise<readonly OutboxRow[]> {
  const { type, data } = alarm;
  const value = type === 'alarm.raised' ? JSON.stringify({ at, ...data }) : undefined;
  return journal.append({ at, event: { type }, kept: [{ key: keyOf(data.alarm), value }], messages: () => [alarm] });
}
