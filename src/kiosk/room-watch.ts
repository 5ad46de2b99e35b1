import type { Clock } from '../contracts/clock.js';
import type { ErrorCode } from '../errors.js';
import { Watch } from './watch.js';

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
export class RoomWatch extends Watch {
  constructor(clock: Clock, { free, waiting }: Measures, limits: RoomLimits) {
    super(clock, async (before) => {
      // A disk that does not even say how full it is has no room.
      const measured = { free: await free().catch(() => 0), waiting: waiting() };
      return roomFault(measured, limits, before);
    });
  }
}
