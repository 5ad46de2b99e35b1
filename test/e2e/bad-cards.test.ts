import { join } from 'node:path';
import t, { test } from 'tap';
import { batchIccids } from '../../src/lib/iccid.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { Ear } from '../support/ear.js';
import { ask, because } from '../support/technician.js';

t.setTimeout(230_000);

test('a jam that clears itself sells; one that does not ends in the technician’s hands', async (t) => {
  const bench = await Bench.start(t, {
    visitors: [holder(1)],
    config: { dispenser: { travelMs: 300, jamRetries: 2 } },
  });
  const { dispenser } = bench.world.emulator;
  await bench.idle();
  dispenser.jamNext(1);
  t.equal(await bench.visit(), 'sold');
  dispenser.jamHard();
  t.equal(await bench.visit(), 'failed dispenser.media-jam');
  await bench.screen(because('dispenser.media-jam'));
  t.match(await bench.settled(), { consistent: true });
});

test('a card that cannot be identified is retained', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  bench.world.emulator.scanner.mute = true;
  t.equal(await bench.visit(), 'failed card.unreadable');
  bench.world.emulator.scanner.mute = false;
  t.equal(await bench.visit(), 'sold');
  t.match(await bench.settled(), { consistent: true, cards: { taken: 1, retained: 1 } });
});

test('a dirty scanner costs three cards, not the stack: until a technician resets the kiosk nobody is invited', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], cards: 5 });
  const { scanner } = bench.world.emulator;
  await bench.idle();
  scanner.mute = true;
  for (let nth = 0; nth < 3; nth += 1) t.equal(await bench.visit(), 'failed card.unreadable');
  await bench.screen(because('card.refused-repeatedly'));
  scanner.mute = false;
  await bench.run.kill('SIGTERM');
  bench.startRun();
  await bench.screen(because('card.refused-repeatedly'));
  await ask(bench, 'reset');
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  t.match(await bench.settled(), { consistent: true, cards: { taken: 1, retained: 3, inStack: 1 } });
});

test('a card that is not in the batch is retained, and the cards behind it are sold', async (t) => {
  const stack = batchIccids(3);
  const dir = t.testdir({ 'batch.txt': stack.slice(1).join('\n') });
  const config = { batchFile: join(dir, 'batch.txt') };
  const bench = await Bench.start(t, { visitors: [holder(1)], cards: stack.length, config });
  t.equal(await bench.visit(), 'failed card.unknown');
  t.equal(await bench.visit(), 'sold');
  t.equal(await bench.visit(), 'sold');
  const cards = { loaded: 2, inStack: 0, inTransport: 0, taken: 2, retained: 0, uncertain: 0 };
  t.match(await bench.settled(), { consistent: true, cards });
});

test('a card that counts as retained without having been read is found again, and costs none of those behind it', async (t) => {
  const [first = '', ...others] = batchIccids(4);
  const dir = t.testdir({ 'batch.txt': [...others, first].join('\n') });
  const bench = await Bench.start(t, {
    visitors: [holder(1)],
    cards: 4,
    config: { batchFile: join(dir, 'batch.txt') },
  });
  const { scanner } = bench.world.emulator;
  await bench.idle();
  scanner.mute = true;
  t.equal(await bench.visit(), 'failed card.unreadable');
  scanner.mute = false;
  t.equal(await bench.visit(), 'failed card.misplaced');
  t.equal(await bench.visit(), 'sold');
  t.equal(await bench.visit(), 'sold');
  t.match(await bench.settled(), { consistent: true, cards: { taken: 2, retained: 1, inStack: 1 } });
});

test('a card that says what another said before is retained and reported, and is not taken for that one', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], cards: 5 });
  const ear = await Ear.listen(t, bench);
  const { scanner } = bench.world.emulator;
  const [first = ''] = batchIccids(1);
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  scanner.says = first;
  t.equal(await bench.visit(), 'failed card.repeated');
  scanner.says = undefined;
  t.equal(await bench.visit(), 'sold');
  t.match(await bench.settled(), { consistent: true, cards: { taken: 2, retained: 1, inStack: 2 } });
  t.match(ear.all('card.refused'), [{ reason: 'card.repeated', read: first, luhn: true }]);
});

test('an unknown card is reported exactly as it was read, with whether its check digit holds', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], cards: 5 });
  const ear = await Ear.listen(t, bench);
  await bench.idle();
  for (const [read, luhn] of [
    ['8965880812100011146', true],
    ['8965880812100011147', false],
  ] as const) {
    bench.world.emulator.scanner.says = read;
    t.equal(await bench.visit(), 'failed card.unknown');
    t.match(ear.all('card.refused').at(-1), { reason: 'card.unknown', read, luhn });
  }
  t.match(await bench.settled(), { consistent: true });
});
