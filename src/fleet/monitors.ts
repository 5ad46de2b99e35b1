import { z } from 'zod';

/** What a kiosk measures of itself; `src/kiosk/monitors/table.ts` says how. */
export const MONITORS = ['stock', 'temperature', 'disk', 'face-refusals', 'reader-errors'] as const;
export type MonitorName = (typeof MONITORS)[number];
/** Perceived severity (ITU-T X.733, 8.1.2.3). */
export const SEVERITIES = ['critical', 'major', 'minor', 'warning'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * What a kiosk has measured, about every minute and when something has changed; may be lost. Units: `stock` cards in the
 * stack, `temperature` °C, `disk` free bytes, `face-refusals` percent of the last visits with a verdict, `reader-errors` in
 * the last hour. What cannot be measured is left out.
 */
export const Telemetry = z.strictObject({
  /** Of the connection on which it is said. */
  session: z.int().nonnegative(),
  /** Grows within the session. */
  number: z.int().nonnegative(),
  epoch: z.uuid(),
  at: z.iso.datetime(),
  measured: z.partialRecord(z.enum(MONITORS), z.number()),
});
export type Telemetry = z.infer<typeof Telemetry>;
export type Measured = Telemetry['measured'];
