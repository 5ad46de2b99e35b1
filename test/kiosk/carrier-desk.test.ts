import { setImmediate as turn } from 'node:timers/promises';
import { pino } from 'pino';
import { test } from 'tap';
import type { CarrierLink } from '../../src/contracts/link.js';
import type { KioskBirth } from '../../src/fleet/presence.js';
import { centralTopics } from '../../src/fleet/topics.js';
import { openJournal } from '../../src/journal/journal.js';
import { CarrierDesk } from '../../src/kiosk/carrier-desk.js';
import { Listeners } from '../../src/lib/listeners.js';
import { blindTrust } from '../../src/simulation/trust.js';
import { HandClock } from '../support/hand-clock.js';

const SPREAD_MS = 100_000;

test('kiosks greet a carrier that has come one after the other, over as long as it says', async (t) => {
  const journal = await openJournal(t.testdir(), 'kiosk-1');
  /** When the kiosk greeted, by its clock. */
  const greetings: number[] = [];
  const greeted = new Listeners();
  let hear: (topic: string, payload: string) => void = () => undefined;
  const unheard = (): (() => void) => () => undefined;
  const link: CarrierLink = {
    ...{ name: 'link', onChange: unheard, onUp: unheard, onPublished: unheard, close: () => Promise.resolve() },
    fault: () => undefined,
    publish({ payload }) {
      greetings.push(Date.parse((JSON.parse(payload) as KioskBirth).at));
      greeted.emit();
    },
    onMessage(listener) {
      hear = listener;
      return unheard();
    },
  };
  const clock = new HandClock();
  const identity = { kiosk: 'kiosk-1', version: '0', trust: blindTrust };
  const desk = new CarrierDesk(link, journal, identity, clock, pino({ level: 'silent' }), () => 0.5);
  t.teardown(async () => {
    desk.close();
    await journal.close();
  });
  await desk.hello('kiosk-1', 1);
  const start = clock.now();
  const next = (): Promise<void> => new Promise((resolve) => greeted.add(resolve));
  const hears = async (state: object): Promise<void> => {
    hear(centralTopics.state, JSON.stringify(state));
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
