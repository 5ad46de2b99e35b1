import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { ask, because } from '../support/technician.js';

test('without any scanner the order of the batch says which card is sold, until it is in doubt', async (t) => {
  const bench = await Bench.start(t, {
    visitors: [holder(1)],
    cards: 10,
    config: { cardIdentifier: { driver: 'batch-order' }, dispenser: { travelMs: 300, jamRetries: 1 } },
  });
  const { dispenser, scanner, cabinet } = bench.world.emulator;
  scanner.close();
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  await bench.settled();

  const jammed = bench.visit();
  await bench.screen(({ state }) => state === 'authorising');
  dispenser.jamHard();
  t.equal(await jammed, 'failed dispenser.media-jam');
  dispenser.clearJam();
  await ask(bench, 'reset');
  await bench.screen(because('stock.order-unknown'));
  t.match(await ask(bench, 'stock', 'count', '8'), { difference: -1 });
  t.match(await ask(bench, 'status'), { orderKnown: false });
  t.match(await ask(bench, 'stock', 'count', '9'), { difference: 0 });
  await bench.idle();
  t.equal(await bench.visit(), 'sold');

  cabinet.openDoor();
  await bench.screen(because('cabinet.door-open'));
  cabinet.closeDoor();
  await bench.screen(because('stock.order-unknown'));
  await ask(bench, 'stock', 'count', '8');
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  // The audit compares the cards that left the machine with those that the books call taken, one by one.
  t.match(await bench.settled(), { consistent: true, cards: { taken: 3, inStack: 7, uncertain: 0 } });
});
