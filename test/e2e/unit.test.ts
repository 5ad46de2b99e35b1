import { test } from 'tap';
import { unitSignals } from '../../drivers/emulator/card-dispenser/wirings.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { ask, because } from '../support/technician.js';

test('a unit with a controller sells: pulses of 200 ms, active-low lines, errors that only a reset clears', async (t) => {
  const bench = await Bench.start(t, {
    visitors: [holder(1)],
    cards: 5,
    dispenserSignals: unitSignals,
    config: { dispenser: { lines: unitSignals, travelMs: 1_500, jamRetries: 0 } },
  });
  const { dispenser } = bench.world.emulator;
  await bench.idle();
  t.equal(await bench.visit(), 'sold');

  const jammed = bench.visit();
  await bench.screen(({ state }) => state === 'binding');
  dispenser.jamHard();
  t.equal(await jammed, 'failed dispenser.media-jam');
  await bench.screen(because('dispenser.media-jam'));
  dispenser.clearJam();
  await ask(bench, 'reset');
  await bench.idle();
  t.match(await bench.settled(), { consistent: true, cards: { taken: 1, retained: 1, inStack: 3, uncertain: 0 } });

  dispenser.power(false);
  await bench.screen(because('dispenser.not-ready'));
  dispenser.power(true);
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  t.match(await bench.settled(), { consistent: true, cards: { taken: 2, retained: 1, inStack: 2 } });
});

test('a unit that goes off with a card in it closes the kiosk, and technicians are heard; back, it keeps the card inside', async (t) => {
  const bench = await Bench.start(t, {
    visitors: [holder(1, { behaviour: 'leaves-card' })],
    cards: 5,
    dispenserSignals: unitSignals,
    config: { dispenser: { lines: unitSignals, travelMs: 1_500, jamRetries: 0 } },
  });
  const { dispenser } = bench.world.emulator;
  await bench.idle();
  const visit = bench.visit();
  await bench.screen(({ state }) => state === 'presented');
  dispenser.power(false);
  t.equal(await visit, 'failed dispenser.not-ready');
  await bench.screen(because('dispenser.not-ready'));
  t.match(await ask(bench, 'status'), {
    state: 'out-of-service',
    faults: ['dispenser.not-ready', 'dispenser.occupied'],
  });
  t.match(await ask(bench, 'reset'), { media: 'exit' });
  dispenser.power(true);
  await bench.idle();
  t.match(await bench.settled(), { consistent: true, cards: { retained: 1, inStack: 4, uncertain: 0 } });
});
