import { test, type Test } from 'tap';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { ask, because } from '../support/technician.js';

const config = { dispenser: { travelMs: 300, jamRetries: 1 } };

/** After everything uncertain is settled the books say what lies where, card by card. */
async function booksAreTrue(t: Test, bench: Bench): Promise<void> {
  for (const iccid of (await ask(bench, 'status'))['uncertain'] as string[])
    t.match(await ask(bench, 'settle', iccid, 'retained'), { uncertain: [] });
  const { inStack, inTransport, atExit, retained, taken } = bench.world.emulator.dispenser.counts();
  const loaded = inStack + inTransport + atExit + retained + taken;
  const cards = { loaded, inStack, inTransport: 0, taken, retained, uncertain: 0 };
  t.match(await bench.settled(), { consistent: true, cards });
}

/** Where a card gets stuck: when nothing moves any more, and how the visit ends. */
const points = [
  ['stage', 'authorising', 'takes-card'],
  ['present', 'binding', 'takes-card'],
  ['retain', 'presented', 'leaves-card'],
] as const;

for (const [movement, state, behaviour] of points)
  test(`a jam on the way to ${movement} a card loses none, however the technician ends it`, async (t) => {
    const bench = await Bench.start(t, { visitors: [holder(1, { behaviour }), holder(4)], config, cards: 10 });
    const { dispenser } = bench.world.emulator;
    await bench.idle();
    const jam = async (): Promise<void> => {
      const visit = bench.visit();
      await bench.screen((screen) => screen.state === state);
      dispenser.jamHard();
      t.equal(await visit, 'failed dispenser.media-jam');
      await bench.screen(because('dispenser.media-jam'));
      t.match(await bench.settled(), { consistent: true }, 'while it is jammed');
    };

    await jam();
    t.match(await ask(bench, 'reset'), { media: movement === 'stage' ? 'none' : /transport|exit/ });
    if (movement !== 'stage') await bench.screen(because('dispenser.media-jam'));
    dispenser.clearJam();
    await ask(bench, 'reset');
    await bench.idle();
    t.match(await ask(bench, 'status'), { uncertain: [] }, 'a card that is seen is brought to the bin and counted');
    await booksAreTrue(t, bench);

    await jam();
    dispenser.clearByHand();
    await ask(bench, 'reset');
    await bench.idle();
    t.match(await bench.settled(), { consistent: true }, 'before anything is settled');
    await booksAreTrue(t, bench);
  });
