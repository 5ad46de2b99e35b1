import fc from 'fast-check';
import { test } from 'tap';
import { roomFault, RoomWatch } from '../../src/kiosk/room-watch.js';
import { holds } from '../support/device-state.js';
import { HandClock } from '../support/hand-clock.js';

const LIMITS = { minFree: 16e6, maxWaiting: 1_000 };

test('no sale is begun with too little room, or with too many messages that wait; it does not come and go', (t) => {
  const free = fc.integer({ min: 0, max: 64e6 });
  const waiting = fc.nat(3_000);
  const before = fc.constantFrom('journal.no-room' as const, 'journal.outbox-full' as const, undefined);
  const property = fc.property(free, waiting, before, (bytes, messages, earlier) => {
    const fault = roomFault({ free: bytes, waiting: messages }, LIMITS, earlier);
    if (bytes < LIMITS.minFree) return fault === 'journal.no-room';
    if (earlier === 'journal.no-room' && bytes < 2 * LIMITS.minFree) return fault === earlier;
    if (messages > LIMITS.maxWaiting) return fault === 'journal.outbox-full';
    if (earlier === 'journal.outbox-full' && messages > LIMITS.maxWaiting / 2) return fault === earlier;
    return fault === undefined;
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1_000 }));
  t.end();
});

test('the disk is looked at again and again, until the end; one that says nothing has no room', async (t) => {
  const clock = new HandClock();
  let free = (): Promise<number> => Promise.resolve(100e6);
  const watch = new RoomWatch(clock, { free: () => free(), waiting: () => 0 }, LIMITS);
  const becomes = async (fault: string | undefined): Promise<void> => {
    clock.pass(5_000);
    await holds(
      (look) => watch.onChange(look),
      () => watch.fault() === fault,
    );
  };
  await watch.look();
  t.equal(watch.fault(), undefined);
  free = () => Promise.reject(new Error('EIO'));
  await becomes('journal.no-room');
  free = () => Promise.resolve(33e6);
  await becomes(undefined);
  watch.close();
  t.end();
});
