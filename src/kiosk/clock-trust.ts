import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../contracts/clock.js';
import type { ErrorCode } from '../errors.js';
import { Health } from '../lib/health.js';
import { rootDir } from '../lib/paths.js';

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

/** So long until the clock is looked at again. Milliseconds. */
const LOOK_MS = 5_000;

/** Looks at the clock as long as the kiosk runs: nobody's document is judged by one that is not to be believed. */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #newest: () => number;
  readonly #health = new Health();
  #built: number | undefined;
  #cancel: () => void = () => undefined;
  #closed = false;

  /** @param newest the latest time of anything in the journal */
  constructor(clock: Clock, newest: () => number) {
    this.#clock = clock;
    this.#newest = newest;
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  /** Looks at once, and from then on again and again. */
  async look(): Promise<void> {
    const built = (this.#built ??= await builtAt());
    const synchronised = await isSynchronised();
    if (this.#closed) return;
    this.#health.set(clockFault({ now: this.#clock.now(), built, newest: this.#newest(), synchronised }));
    this.#cancel = this.#clock.after(LOOK_MS, () => void this.look());
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#health.close();
  }
}
