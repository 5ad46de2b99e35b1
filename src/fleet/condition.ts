import { DAY_MS } from '../lib/durations.js';
import { states } from '../transaction/states.js';
import type { KioskBirth } from './presence.js';

/** A kiosk without a word for so long is down. It speaks about every minute. Milliseconds. */
export const DOWN_MS = 3 * 60_000;
/** A kiosk that is in one state for so long, though no state of a visit may last so long, is stuck. Milliseconds. */
export const STUCK_MS = 7 * 60_000;

/** What the carrier has heard of a kiosk. */
export interface Heard {
  /** When its last new word came, by the carrier's clock. Milliseconds since the epoch. */
  readonly at: number;
  /** Its last will has not been heard since. */
  readonly online: boolean;
  /** What it said of itself last; absent when only its last will was ever heard. */
  readonly said?: KioskBirth;
}

export const CONDITIONS = ['never-heard', 'down', 'disconnected', 'stuck', 'out-of-service', 'sellable'] as const;
/** The first that is true; `disconnected`: it has lost the broker, and is not silent for long enough to be down. */
export type Condition = (typeof CONDITIONS)[number];

/** @param now the carrier's clock, milliseconds since the epoch */
export function conditionOf(heard: Heard | undefined, now: number): Condition {
  if (!heard) return 'never-heard';
  const { at, online, said } = heard;
  if (now - at >= DOWN_MS) return 'down';
  if (!online || !said) return 'disconnected';
  const inState = Date.parse(said.at) - Date.parse(said.since) + (now - at);
  if (states[said.state].deadlineMs !== undefined && inState >= STUCK_MS) return 'stuck';
  return said.sellable ? 'sellable' : 'out-of-service';
}

/** So far is the kiosk's clock ahead of the carrier's, less the way of a message. Milliseconds. */
export function clockOffsetMs(said: KioskBirth, heardAt: number): number {
  return Date.parse(said.at) - heardAt;
}

/** Whole days until the kiosk's certificate expires; negative when it has. Undefined for a kiosk without one. */
export function certificateDays({ certificateUntil: until }: KioskBirth, now: number): number | undefined {
  return until === undefined ? undefined : Math.floor((Date.parse(until) - now) / DAY_MS);
}

/** Age of the oldest event that the kiosk had not seen acknowledged when it said so; 0 without one. Milliseconds. */
export function outboxAgeMs({ at, outbox }: KioskBirth): number {
  return outbox?.oldest === undefined ? 0 : Math.max(0, Date.parse(at) - Date.parse(outbox.oldest));
}
