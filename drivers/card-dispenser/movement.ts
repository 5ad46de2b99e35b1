import type { Motor } from './lines.js';
import type { Wiring } from './wiring.js';

/** A motor rests before it tries again, so that its driver sees it switched off; shorter where travel is. */
const REST_MS = 100;
const REST_SHARE = 0.1;

export interface Movement {
  readonly motor: Motor;
  /** By the sensors: the card is where it should go. */
  readonly arrived: () => boolean;
  /** One attempt lasts this long at most, its rest included; milliseconds. */
  readonly travelMs: number;
  /** Attempts after the first. */
  readonly jamRetries: number;
}

/**
 * Runs a motor until the card has arrived, off and on again when it does not; (`jamRetries` + 1) × `travelMs` in all.
 * All motors are off when this settles, however it does.
 * @returns whether the card arrived; rejects with the signal's reason, or with `gpio.…`
 */
export async function move(wiring: Wiring, movement: Movement, signal: AbortSignal): Promise<boolean> {
  const { motor, arrived, travelMs, jamRetries } = movement;
  const restMs = Math.min(REST_MS, travelMs * REST_SHARE);
  for (let attempt = 0; attempt <= jamRetries; attempt += 1) {
    signal.throwIfAborted();
    if (attempt > 0 && (await wiring.until(arrived, restMs, signal))) return true;
    try {
      await wiring.on(motor);
      if (await wiring.until(arrived, attempt > 0 ? travelMs - restMs : travelMs, signal)) return true;
    } finally {
      await wiring.off();
    }
  }
  return arrived();
}
