import type { Clock } from '../../contracts/clock.js';
import type { IdReader } from '../../contracts/id-reader.js';
import { MONITORS, type Measured, type MonitorName } from '../../fleet/monitors.js';
import type { OutboxRow } from '../../journal/entry.js';
import type { Journal } from '../../journal/journal.js';
import { aboutEveryMinute } from '../presence.js';
import { openAlarms, putAlarm } from './alarms.js';
import { monitors, verdictOf } from './table.js';
import { VisitCounts } from './visit-counts.js';

/** So often everything is measured. Milliseconds. */
const LOOK_MS = 10_000;

/** Limits by monitor, each in the unit of its monitor. */
export type MonitorLimits = Readonly<Record<Exclude<MonitorName, 'stock'>, number>> & {
  /** Of the cards that the newest refill brought. */
  readonly stockPercent: number;
};

interface Surroundings {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly idReader: Pick<IdReader, 'fault' | 'onChange'>;
  /** °C; undefined where nothing measures it. */
  readonly temperature: () => Promise<number | undefined>;
  /** Bytes; undefined when the disk does not say. */
  readonly diskFree: () => Promise<number | undefined>;
  readonly limits: MonitorLimits;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  /** An alarm was raised or cleared: the messages about it are committed. */
  readonly onAlarm: (rows: readonly OutboxRow[]) => void;
  /** What was measured, about every minute and when something has changed. */
  readonly report: (measured: Measured) => void;
  /** The journal cannot be written. */
  readonly onError: (error: unknown) => void;
}

/** Measures what wears out or runs out, raises one alarm for each that passes its limit, and reports. */
export class Monitors {
  readonly #around: Surroundings;
  readonly counts = new VisitCounts();
  #reported: Measured = {};
  #reportIsDue = false;
  #cancel: () => void = () => undefined;
  readonly #ends: readonly (() => void)[];
  #closed = false;

  constructor(around: Surroundings) {
    this.#around = around;
    const { clock, random, idReader } = around;
    let fault = idReader.fault();
    this.#ends = [
      aboutEveryMinute(clock, random, () => {
        this.#reportIsDue = true;
      }),
      idReader.onChange(() => {
        const now = idReader.fault();
        if (now !== undefined && now !== fault) this.counts.onReaderError(clock.monotonic());
        fault = now;
      }),
    ];
    this.#again();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    for (const end of this.#ends) end();
  }

  #again(): void {
    this.#cancel = this.#around.clock.after(LOOK_MS, () => {
      void this.#look().finally(() => {
        if (!this.#closed) this.#again();
      });
    });
  }

  async #look(): Promise<void> {
    const { onError } = this.#around;
    try {
      const measured = await this.#measure();
      if (this.#closed) return;
      for (const name of MONITORS) await this.#judge(name, measured[name]);
      if (this.#reportIsDue || this.#hasChanged(measured)) this.#report(measured);
    } catch (error) {
      if (!this.#closed) onError(error);
    }
  }

  async #measure(): Promise<Measured> {
    const { journal, clock, temperature, diskFree } = this.#around;
    const [degrees, free] = await Promise.all([temperature(), diskFree()]);
    const { faceRefusals } = this.counts;
    return {
      stock: journal.cards().inStack,
      ...(degrees !== undefined && { temperature: degrees }),
      ...(free !== undefined && { disk: free }),
      ...(faceRefusals !== undefined && { 'face-refusals': faceRefusals }),
      'reader-errors': this.counts.readerErrors(clock.monotonic()),
    };
  }

  async #judge(alarm: MonitorName, value: number | undefined): Promise<void> {
    if (value === undefined || this.#closed) return;
    const { journal, clock, onAlarm } = this.#around;
    const { severity } = monitors[alarm];
    const limit = this.#limitOf(alarm);
    const verdict = verdictOf(monitors[alarm], value, limit, openAlarms(journal).includes(alarm));
    if (verdict === 'raise')
      onAlarm(await putAlarm(journal, { type: 'alarm.raised', data: { alarm, severity, value, limit } }, clock.now()));
    if (verdict === 'clear')
      onAlarm(await putAlarm(journal, { type: 'alarm.cleared', data: { alarm, value } }, clock.now()));
  }

  #limitOf(monitor: MonitorName): number {
    const { limits, journal } = this.#around;
    if (monitor !== 'stock') return limits[monitor];
    return Math.floor((journal.lastRefill() * limits.stockPercent) / 100);
  }

  #hasChanged(measured: Measured): boolean {
    return MONITORS.some((name) => {
      const [now, before] = [measured[name], this.#reported[name]];
      if (now === undefined) return false;
      return before === undefined || Math.abs(now - before) >= monitors[name].step;
    });
  }

  #report(measured: Measured): void {
    this.#reported = measured;
    this.#reportIsDue = false;
    this.#around.report(measured);
  }
}
