import { KioskError } from '../../src/errors.js';
import type { Motor } from './signals.js';
import type { Wiring } from './wiring.js';

/** A motor rests before it tries again, so that its driver sees it switched off; shorter where travel is. */
const REST_MS = 100;
const REST_SHARE = 0.1;

export interface Movement {
  readonly motor: Motor;
  /** Called before every attempt. */
  readonly begin: () => void;
  /** By the sensors: the card is where it should go. */
  readonly arrived: () => boolean;
  /** By the sensors: this attempt will not bring it there. */
  readonly failed: () => boolean;
  /** By what was seen: a further attempt must not be made. */
  readonly hopeless: () => boolean;
  /** One attempt lasts this long at most, its rest included; milliseconds. */
  readonly travelMs: number;
  /** Attempts after the first. */
  readonly jamRetries: number;
}

/**
 * Runs a motor until the card has arrived, off and on again when it does not: for (`jamRetries` + 1) × `travelMs` in
 * all, and as long again for each attempt before which the unit is not ready at once. All motors are off when this
 * settles, however it does; unless the card has arrived, the interlock is open too.
 * @returns whether the card arrived; rejects with the signal's reason, `dispenser.not-ready` or `gpio.…`
 */
export async function move(wiring: Wiring, movement: Movement, signal: AbortSignal): Promise<boolean> {
  const { motor, begin, arrived, failed, hopeless, travelMs, jamRetries } = movement;
  const restMs = Math.min(REST_MS, travelMs * REST_SHARE);
  const ended = (): boolean => arrived() || failed();
  for (let attempt = 0; attempt <= jamRetries; attempt += 1) {
    signal.throwIfAborted();
    if (attempt > 0 && (await wiring.until(arrived, restMs, signal))) return true;
    if (!(await wiring.arm(travelMs, signal))) throw new KioskError('dispenser.not-ready', motor);
    let success = false;
    begin();
    try {
      await wiring.command(motor, ended, signal);
      // A level is asked for before a card is called jammed: an edge may have been lost.
      if (!(await wiring.until(ended, attempt > 0 ? travelMs - restMs : travelMs, signal))) await wiring.read();
      success = arrived();
    } finally {
      await (success ? wiring.off() : wiring.stop());
    }
    if (success) return true;
    if (hopeless()) break;
  }
  return arrived();
}

/** A reset pulse, where the unit has one. @returns whether it is well within `ms`; rejects as {@link move} does */
export async function revive(wiring: Wiring, isWell: () => boolean, ms: number, signal: AbortSignal): Promise<boolean> {
  if (!wiring.has('reset')) return isWell();
  try {
    await wiring.arm(0, signal);
    await wiring.command('reset', () => false, signal);
    return await wiring.until(isWell, ms, signal);
  } finally {
    await wiring.off();
  }
}
