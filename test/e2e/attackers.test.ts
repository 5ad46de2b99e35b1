import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { holder, portrait, type CastVisitor } from '../support/cast.js';

const attacker = (attack: string, ...faces: string[]): CastVisitor => holder(4, { attack, faces });

test(
  'a photograph held up, moved or tilted, a film on a tablet, a second person: none gets a card, each with a reason that fits',
  { timeout: 300_000 },
  async (t) => {
    const notDone = ['face.not-live', 'face.challenge-failed'];
    const cases: readonly (readonly [string, CastVisitor, readonly string[]])[] = [
      ['a photograph held still', attacker('photo-still', portrait(4)), notDone],
      ['a photograph moved', attacker('photo-moved', portrait(4)), notDone],
      ['a photograph tilted', attacker('photo-tilted', portrait(4)), notDone],
      ['a film on a tablet', attacker('screen-replay', portrait(4)), notDone],
      ['a second person', attacker('second-person', portrait(1), portrait(4)), ['face.changed', ...notDone]],
    ];
    const bench = await Bench.start(t, { visitors: [...cases.map(([, visitor]) => visitor), holder(4)] });
    const endings = await bench.serve(cases.length + 1);
    for (const [index, [what, , reasons]] of cases.entries()) {
      t.equal(endings[index]?.outcome, 'refused-face', what);
      t.ok(reasons.includes(endings[index]?.reason ?? ''), `${what}: ${endings[index]?.reason}`);
    }
    t.equal(endings.at(-1)?.outcome, 'sold', 'the holder in person');
    t.match(await bench.settled(), { consistent: true, cards: { taken: 1 } });
  },
);
