import { setImmediate as turn } from 'node:timers/promises';
import { pino } from 'pino';
import { test } from 'tap';
import { OutgoingEvents } from '../../src/kiosk/outgoing-events.js';
import { VirtualDisk } from '../../src/simulation/disk.js';
import { HandClock } from '../support/hand-clock.js';
import { memoryJournal } from '../support/memory-journal.js';

test('what waits is sent, and a gap that every event behind it asks for is filled once in a second', async (t) => {
  const clock = new HandClock();
  const disk = new VirtualDisk('kiosk-1', '6d0c5d63-9e5b-4c55-9f6a-2f1f4b7c3a10');
  const journal = await memoryJournal(disk);
  const sent: number[] = [];
  const way = { isOpen: () => true, publish: ({ seq }: { readonly seq: number }) => sent.push(seq) };
  const events = new OutgoingEvents(journal, way, {
    ...{ clock, log: pino({ level: 'silent' }) },
    onFatal: (error) => t.fail(String(error)),
  });
  t.teardown(() => events.close());
  for (let i = 0; i < 4; i += 1) await journal.technician({ action: 'maintenance-on', by: 'root' }, 0);
  events.send([]);
  await turn();
  t.same(sent, [1, 2, 3, 4], 'what somebody else has committed');
  const replayed = async (from: number): Promise<number[]> => {
    sent.length = 0;
    events.replay(from);
    await turn();
    return [...sent];
  };
  t.same(await replayed(2), [2, 3, 4]);
  t.same(await replayed(2), [], 'it is under way');
  t.same(await replayed(3), [3, 4], 'another gap');
  clock.pass(1_000);
  t.same(await replayed(3), [3, 4], 'it was lost again');
});
