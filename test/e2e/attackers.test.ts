import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { citizenNumber, holder, portrait, resident, type CastVisitor } from '../support/cast.js';

/** Each with a document of its own: one with which too many comparisons fail is locked. */
const attacker = (attack: string, sequence: number, ...faces: string[]): CastVisitor => ({
  ...holder(4, { attack, faces }),
  document: resident(4, { number: citizenNumber('19900101', sequence) }),
});

test(
  'a photograph held up, moved or tilted, a film on a tablet, a second person: none gets a card, each with a reason that fits',
  { timeout: 300_000 },
  async (t) => {
    const notDone = ['face.not-live', 'face.challenge-failed'];
    const cases: readonly (readonly [string, CastVisitor, readonly string[]])[] = [
      ['a photograph held still', attacker('photo-still', 101, portrait(4)), notDone],
      ['a photograph moved', attacker('photo-moved', 102, portrait(4)), notDone],
      ['a photograph tilted', attacker('photo-tilted', 103, portrait(4)), notDone],
      ['a film on a tablet', attacker('screen-replay', 104, portrait(4)), notDone],
      ['a second person', attacker('second-person', 105, portrait(1), portrait(4)), ['face.changed', ...notDone]],
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
