import { pino } from 'pino';
import { test } from 'tap';
import { KioskError } from '../../src/errors.js';
import type { Command, Reply } from '../../src/fleet/commands.js';
import { OperatorsCommands } from '../../src/kiosk/operators-commands.js';
import { DAY_MS, HOUR_MS } from '../../src/lib/durations.js';
import { withResolvers } from '../../src/lib/with-resolvers.js';
import { VirtualDisk } from '../../src/simulation/disk.js';
import { HandClock } from '../support/hand-clock.js';
import { memoryJournal } from '../support/memory-journal.js';

const MINUTE_MS = 60_000;
const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** A kiosk that carries out what operators give it. */
async function bench() {
  const clock = new HandClock();
  const journal = await memoryJournal(new VirtualDisk('kiosk-1', '11111111-1111-4111-8111-111111111111'));
  const ran: string[] = [];
  let inVisit = false;
  let heard: (reply: Reply) => void = () => undefined;
  const commands = new OperatorsCommands({
    ...{ journal, clock, log: pino({ enabled: false }) },
    clockFault: () => undefined,
    kiosk: {
      get inVisit() {
        return inVisit;
      },
      onReviewed: () => () => undefined,
      exclusively: (work) => (inVisit ? Promise.reject(new KioskError('control.not-now')) : work()),
    },
    stepsOf: ({ id }) => [() => Promise.resolve({ result: { ran: ran.push(id) } })],
    restart: () => undefined,
    send: () => undefined,
    reply: (reply) => heard(reply),
    onFatal(error) {
      throw error;
    },
  });
  await commands.start();
  return {
    clock,
    journal,
    ran,
    beginVisit: () => (inVisit = true),
    /** @returns how it ended, or that it waits */
    give: (number: number, deadline: number, type = 'stock-report'): Promise<string> => {
      const { promise, resolve } = withResolvers<string>();
      const about = { type, by: 'anna', args: {}, whenIdle: true, issuedAt: new Date(clock.now()).toISOString() };
      const command: Command = { ...about, id: idOf(number), deadline: new Date(deadline).toISOString() };
      heard = ({ command: id, status, reason = '' }) => {
        if (id !== command.id || status === 'running' || (status === 'accepted' && !inVisit)) return;
        resolve([status, reason].join(' ').trim());
      };
      commands.take(command);
      return promise;
    },
  };
}

test('commands that are over take no room from others, and the oldest are forgotten', async (t) => {
  const { clock, journal, ran, give } = await bench();
  for (let number = 1; number <= 400; number += 1) {
    t.equal(await give(number, clock.now() + MINUTE_MS), 'succeeded');
    clock.pass(2 * MINUTE_MS);
  }
  t.equal(await give(401, clock.now() + MINUTE_MS, 'out-of-service'), 'succeeded');
  t.equal(journal.keptBelow('command/').length, 128);
  t.equal(await give(400, clock.now() - MINUTE_MS), 'succeeded', 'one that is remembered is answered');
  t.equal(await give(1, clock.now() - 799 * MINUTE_MS), 'expired command.expired', 'one that was forgotten is late');
  t.equal(ran.length, 401, 'neither is run again');
  clock.pass(2 * DAY_MS);
  await give(402, clock.now() + MINUTE_MS);
  t.equal(journal.keptBelow('command/').length, 1, 'after a day they go in any case');
});

test('none is forgotten that could be run again: others are refused until it is late', async (t) => {
  const { clock, ran, give } = await bench();
  const deadline = clock.now() + HOUR_MS;
  for (let number = 1; number <= 128; number += 1) t.equal(await give(number, deadline), 'succeeded');
  t.equal(await give(129, deadline), 'rejected command.too-many');
  t.equal(await give(1, deadline), 'succeeded');
  t.equal(ran.length, 128);
  clock.pass(HOUR_MS);
  t.equal(await give(130, deadline + HOUR_MS), 'succeeded');
});

test('no more than 64 are under way', async (t) => {
  const { clock, beginVisit, give } = await bench();
  const deadline = clock.now() + HOUR_MS;
  t.equal(await give(1, deadline), 'succeeded');
  beginVisit();
  for (let number = 2; number <= 65; number += 1) t.equal(await give(number, deadline), 'accepted');
  t.equal(await give(66, deadline), 'rejected command.too-many');
});
