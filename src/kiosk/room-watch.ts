import type { Clock } from '../contracts/clock.js';
import type { ErrorCode } from '../errors.js';
import { Health } from '../lib/health.js';

/** So long until the disk is looked at again. Milliseconds. */
const LOOK_MS = 5_000;

export interface RoomLimits {
  /** Bytes that must be free on the disk of the journal. */
  readonly minFree: number;
  /** Most events that may wait for the carrier's acknowledgement. */
  readonly maxWaiting: number;
}

interface Measures {
  readonly free: () => Promise<number>;
  readonly waiting: () => number;
}

/**
 * Why a sale is not to be begun, whose events could not all be stored. Once there is too little room, there must be twice as
 * much, or half as many events, before that is over: it does not come and go with each sale.
 */
export function roomFault(
  measured: { readonly free: number; readonly waiting: number },
  { minFree, maxWaiting }: RoomLimits,
  before: ErrorCode | undefined,
): ErrorCode | undefined {
  if (measured.free < (before === 'journal.no-room' ? 2 * minFree : minFree)) return 'journal.no-room';
  const isFull = measured.waiting > (before === 'journal.outbox-full' ? maxWaiting / 2 : maxWaiting);
  return isFull ? 'journal.outbox-full' : undefined;
}

/** Looks at the room for events as long as the kiosk runs. */
export class RoomWatch {
  readonly #clock: Clock;
  readonly #measures: Measures;
  readonly #limits: RoomLimits;
  readonly #health = new Health();
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(clock: Clock, measures: Measures, limits: RoomLimits) {
    this.#clock = clock;
    this.#measures = measures;
    this.#limits = limits;
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  /** Looks at once, and from then on again and again. */
  async look(): Promise<void> {
    const { free, waiting } = this.#measures;
    // A disk that does not even say how full it is has no room.
    const measured = { free: await free().catch(() => 0), waiting: waiting() };
    if (this.#closed) return;
    this.#health.set(roomFault(measured, this.#limits, this.#health.fault));
    this.#cancel = this.#clock.after(LOOK_MS, () => void this.look());
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#health.close();
  }
}
