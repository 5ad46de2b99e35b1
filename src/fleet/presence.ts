import { z } from 'zod';
import { stateNames } from '../transaction/states.js';
import { CardCounts, Reason } from './messages.js';
import { MONITORS } from './monitors.js';

const Count = z.int().nonnegative();

/** The epoch of a kiosk that cannot read its journal, not even which it is. */
export const NO_EPOCH = '00000000-0000-0000-0000-000000000000';

/** Birth message, said again on change and about every minute; the last will is its short form. */
export const KioskState = z.discriminatedUnion('online', [
  z.strictObject({
    online: z.literal(true),
    /** Grows with every connection of a journal, so that a late last will cannot override a newer birth. */
    session: Count,
    /** Grows within the session. */
    revision: Count,
    epoch: z.uuid(),
    lastSeq: Count,
    version: z.string(),
    /** By the kiosk's own clock: what it is off shows at the carrier. */
    at: z.iso.datetime(),
    sellable: z.boolean(),
    reasons: z.array(Reason),
    state: z.enum(stateNames),
    /** When it was entered, by the kiosk's clock. */
    since: z.iso.datetime(),
    /** Absent while the kiosk cannot use its books. */
    cards: CardCounts.optional(),
    /** Raised and not cleared. */
    alarms: z.array(z.enum(MONITORS)).optional(),
    /** Events that are not acknowledged, and the time of the oldest. */
    outbox: z.strictObject({ depth: Count, oldest: z.iso.datetime().optional() }).optional(),
    /** Of the kiosk's own TLS certificate, where it has one. */
    certificateUntil: z.iso.datetime().optional(),
  }),
  z.strictObject({ online: z.literal(false), session: Count, epoch: z.uuid() }),
]);
export type KioskState = z.infer<typeof KioskState>;
export type KioskBirth = Extract<KioskState, { online: true }>;

export const LONGEST_SPREAD_MS = 3_600_000;

/** The carrier's own presence. */
export const CentralState = z.strictObject({
  online: z.boolean(),
  /** Grows with every connection of the carrier: an older one is not believed. */
  session: Count,
  /**
   * Over so long the kiosks spread their greetings of a carrier that has come, each at a moment that it draws. Milliseconds;
   * absent: at once.
   */
  spreadMs: Count.max(LONGEST_SPREAD_MS).exactOptional(),
});
export type CentralState = z.infer<typeof CentralState>;
