import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../contracts/clock.js';
import type { ErrorCode } from '../errors.js';
import { rootDir } from '../lib/paths.js';
import { Watch } from './watch.js';

/** systemd-timesyncd leaves this file when the clock was set by a server. */
const SYNCHRONISED = '/run/systemd/timesync/synchronized';

/** When this program was built: the time cannot be earlier. Milliseconds since the epoch. */
export async function builtAt(): Promise<number> {
  return (await stat(join(rootDir, 'package.json'))).mtimeMs;
}

export function isSynchronised(file = SYNCHRONISED): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** What is known of the time besides what the clock says. Milliseconds since the epoch. */
export interface Known {
  readonly now: number;
  readonly built: number;
  /** The latest time of anything in the journal. */
  readonly newest: number;
  /** A time server has set the clock since the machine was started. */
  readonly synchronised: boolean;
}

/** Clocks that are set by a server step back a little now and then. Milliseconds. */
const STEP_MS = 60_000;

/**
 * Why the wall clock is not to be believed: a machine without a battery for it starts in the past. What a time server
 * says counts more than the journal, which may have been written by a clock that was ahead.
 */
export function clockFault({ now, built, newest, synchronised }: Known): ErrorCode | undefined {
  if (now < built) return 'clock.not-set';
  return now < newest - STEP_MS && !synchronised ? 'clock.behind' : undefined;
}

/** Looks at the clock as long as the kiosk runs: nobody's document is judged by one that is not to be believed. */
export class ClockWatch extends Watch {
  /** @param newest the latest time of anything in the journal */
  constructor(clock: Clock, newest: () => number) {
    let built: number | undefined;
    super(clock, async () => {
      built ??= await builtAt();
      const synchronised = await isSynchronised();
      return clockFault({ now: clock.now(), built, newest: newest(), synchronised });
    });
  }
}
