import { setImmediate as turn } from 'node:timers/promises';
import { pino } from 'pino';
import { test } from 'tap';
import type { CarrierLink } from '../../src/contracts/link.js';
import { codeOf } from '../../src/errors.js';
import type { KioskBirth } from '../../src/fleet/presence.js';
import { centralTopics, kioskTopics } from '../../src/fleet/topics.js';
import { openJournal } from '../../src/journal/journal.js';
import { CarrierDesk } from '../../src/kiosk/carrier-desk.js';
import { Listeners } from '../../src/lib/listeners.js';
import { withResolvers } from '../../src/lib/with-resolvers.js';
import { VirtualDisk } from '../../src/simulation/disk.js';
import { blindTrust } from '../../src/simulation/trust.js';
import { HandClock } from '../support/hand-clock.js';
import { memoryJournal } from '../support/memory-journal.js';

const SPREAD_MS = 100_000;

/** A way to the carrier that is always there. */
function openLink(publish: (payload: string) => void): {
  link: CarrierLink;
  hear: (topic: string, said: object) => void;
} {
  let listener: Parameters<CarrierLink['onMessage']>[0] = () => undefined;
  const unheard = (): (() => void) => () => undefined;
  const link: CarrierLink = {
    ...{ name: 'link', onChange: unheard, onUp: unheard, onPublished: unheard, close: () => Promise.resolve() },
    fault: () => undefined,
    publish: ({ payload }) => publish(payload),
    onMessage(add) {
      listener = add;
      return unheard();
    },
  };
  return { link, hear: (topic, said) => listener(topic, JSON.stringify(said)) };
}

test('kiosks greet a carrier that has come one after the other, over as long as it says', async (t) => {
  const journal = await openJournal(t.testdir(), 'kiosk-1');
  /** When the kiosk greeted, by its clock. */
  const greetings: number[] = [];
  const greeted = new Listeners();
  const { link, hear } = openLink((payload) => {
    greetings.push(Date.parse((JSON.parse(payload) as KioskBirth).at));
    greeted.emit();
  });
  const clock = new HandClock();
  const desk = new CarrierDesk(link, journal, {
    ...{ kiosk: 'kiosk-1', version: '0', trust: blindTrust, clock, log: pino({ level: 'silent' }) },
    onFatal: (error) => t.fail(String(error)),
    random: () => 0.5,
  });
  t.teardown(async () => {
    desk.close();
    await journal.close();
  });
  await desk.hello('kiosk-1', 1);
  const start = clock.now();
  const next = (): Promise<void> => new Promise((resolve) => greeted.add(resolve));
  const hears = async (state: object): Promise<void> => {
    hear(centralTopics.state, state);
    await turn();
  };
  const atOnce = next();
  await hears({ online: true, session: 1 });
  await atOnce;
  await hears({ online: true, session: 2, spreadMs: SPREAD_MS });
  clock.pass(SPREAD_MS / 2 - 1);
  const drawn = next();
  clock.pass(1);
  await drawn;
  const again = next();
  clock.pass(10_000);
  await again;
  t.same(
    greetings.map((at) => at - start),
    [0, SPREAD_MS / 2, SPREAD_MS / 2 + 10_000],
    'at once when nothing is said, then at the moment that was drawn, and again when nobody answers',
  );
});

test('an acknowledgement is written when no commit takes it along; that the disk refuses it ends the service', async (t) => {
  const epoch = '6d0c5d63-9e5b-4c55-9f6a-2f1f4b7c3a10';
  const disk = new VirtualDisk('kiosk-1', epoch);
  let full = false;
  const journal = await memoryJournal(disk, () => (full ? 'refused' : 'written'));
  const { promise: ended, resolve: onFatal } = withResolvers<unknown>();
  const { link, hear } = openLink(() => undefined);
  const clock = new HandClock();
  const desk = new CarrierDesk(link, journal, {
    ...{ kiosk: 'kiosk-1', version: '0', trust: blindTrust, clock, log: pino({ level: 'silent' }) },
    ...{ onFatal, random: () => 0 },
  });
  t.teardown(() => desk.close());
  await desk.hello('kiosk-1', 1);
  const commit = () => journal.technician({ action: 'maintenance-on', by: 'root' }, 0);
  const acknowledged = async (upTo: number): Promise<void> => {
    const { promise: changed, resolve } = withResolvers<undefined>();
    const remove = desk.onChange(() => {
      if (journal.messages().acknowledged === upTo) resolve(undefined);
    });
    hear(kioskTopics('kiosk-1').ack, { epoch, upTo });
    await changed;
    remove();
    t.equal(disk.books.meta.acknowledged, upTo - 1);
    clock.pass(3_000);
  };
  await commit();
  await acknowledged(1);
  await turn();
  t.equal(disk.books.meta.acknowledged, 1);
  await commit();
  full = true;
  await acknowledged(2);
  t.equal(codeOf(await ended), 'journal.unwritable');
  t.equal(disk.books.meta.acknowledged, 1);
});
