import fc from 'fast-check';
import { test } from 'tap';
import { CHALLENGE_STEPS, type ChallengeStep } from '../../src/contracts/face-verifier.js';
import { CHALLENGES, drawChallenge, type Effort, judge, type Judgement, NO_EFFORT } from '../../src/face/challenge.js';
import { parallax, type View } from '../../src/face/view.js';
import { head, type Held, picture } from './heads.js';

/** The judgement of a whole movement, picture after picture. */
function play(step: ChallengeStep, views: readonly View[], reference = head()): Judgement {
  let effort: Effort = NO_EFFORT;
  let last: Judgement = { ...NO_EFFORT, result: 'waiting' };
  for (const view of views) {
    last = judge(step, reference, effort, view);
    effort = last;
    if (last.result !== 'waiting') break;
  }
  return last;
}

const sweep = (key: 'yaw' | 'pitch', to: number, make: (held: Held) => View = head): View[] =>
  Array.from({ length: 7 }, (_, i) => make({ [key]: (to * i) / 6 }));
const closer = (to: number): View[] =>
  Array.from({ length: 7 }, (_, i) => head({ height: 200 + ((to - 200) * i) / 6 }));

test('every challenge has two different steps, one of which needs a head; all 18 come equally often', (t) => {
  t.equal(CHALLENGES.length, 18);
  for (const [first, second] of CHALLENGES) {
    t.not(first, second);
    t.ok([first, second].some((step) => step && ['turn-left', 'turn-right', 'nod'].includes(step)));
  }
  t.same(new Set(CHALLENGES.map((steps) => steps.join())).size, 18);
  t.same(
    Array.from({ length: 18 }, (_, i) => drawChallenge((below) => (t.equal(below, 18), i))),
    CHALLENGES,
  );
  t.end();
});

test('a head does what is asked for', (t) => {
  t.equal(play('turn-left', sweep('yaw', 25)).result, 'passed');
  t.equal(play('turn-right', sweep('yaw', -25)).result, 'passed');
  t.equal(play('nod', sweep('pitch', -22)).result, 'passed', 'down');
  t.equal(play('nod', sweep('pitch', 22)).result, 'passed', 'up');
  t.equal(play('come-closer', closer(260)).result, 'passed');
  const eyes = [1, 0.9, 0.1, 0, 0.5, 0.95].map((eyesOpen) => head({ eyesOpen }));
  t.equal(play('blink', eyes).result, 'passed');
  t.end();
});

test('half of it is not enough, and the screen can tell how much is done', (t) => {
  const half = play('turn-left', sweep('yaw', 9));
  t.equal(half.result, 'waiting');
  t.ok(half.done > 0.3 && half.done < 0.9, `${half.done}`);
  t.equal(play('come-closer', closer(230)).result, 'waiting');
  t.equal(play('blink', [head({ eyesOpen: 0 }), head({ eyesOpen: 0.1 })]).result, 'waiting', 'the eyes stay closed');
  t.equal(play('blink', [head(), head(), head()]).result, 'waiting');
  t.end();
});

test('the other side is wrong, and so is a turn while something else is asked for', (t) => {
  t.equal(play('turn-left', sweep('yaw', -28)).result, 'wrong');
  t.equal(play('turn-right', sweep('yaw', 28)).result, 'wrong');
  for (const step of ['nod', 'come-closer', 'blink'] as const)
    t.equal(play(step, sweep('yaw', 28)).result, 'wrong', step);
  for (const step of ['turn-left', 'turn-right', 'come-closer', 'blink'] as const) {
    t.equal(play(step, sweep('pitch', -24)).result, 'wrong', `nodding instead of ${step}`);
    t.equal(play(step, sweep('pitch', 24)).result, 'wrong', `looking up instead of ${step}`);
  }
  for (const step of ['turn-left', 'turn-right', 'nod', 'blink'] as const)
    t.equal(play(step, closer(300)).result, 'wrong', `coming closer instead of ${step}`);
  t.equal(play('come-closer', closer(300)).result, 'passed');
  t.equal(play('blink', sweep('pitch', -15)).result, 'waiting', 'people nod');
  t.equal(play('turn-left', closer(260)).result, 'waiting', 'and lean forward');
  t.end();
});

test('a turned head that is suddenly there was cut into the film', (t) => {
  const cut = [head(), head(), head({ yaw: 28 }), head({ yaw: 29 })];
  t.match(play('turn-left', cut), { result: 'waiting', jumped: true });
  t.equal(
    play('turn-left', [...cut, head({ yaw: 8 }), head(), head({ yaw: 28 })]).result,
    'passed',
    'on the way back it was seen',
  );
  t.end();
});

test('a flat picture of a head does none of the turns, however it is held; a tilted one is noticed', (t) => {
  const angle = fc.integer({ min: -60, max: 60 });
  fc.assert(
    fc.property(fc.array(fc.record({ yaw: angle, pitch: angle }), { maxLength: 12 }), (holds) =>
      (['turn-left', 'turn-right', 'nod'] as const).every(
        (step) => play(step, holds.map(picture), picture()).result === 'waiting',
      ),
    ),
  );
  t.ok(play('turn-left', sweep('yaw', 50, picture), picture()).flat >= 2);
  t.equal(play('turn-left', sweep('yaw', 25), head()).flat, 0, 'a head is not');
  t.equal(play('nod', sweep('pitch', -22), head()).flat, 0);
  t.end();
});

test('the views of a plane leave no parallax, those of a head do, in the direction of the turn', (t) => {
  const left = (make: (held: Held) => View, held: Held) => parallax(make({}).shape, make(held).shape);
  for (const yaw of [-50, -20, 20, 50]) t.ok(left(picture, { yaw }).residual < 1e-3);
  t.ok(left(head, { yaw: 20 }).x > 0.05);
  t.ok(left(head, { yaw: -20 }).x < -0.05);
  t.ok(left(head, { pitch: 20 }).y < -0.04);
  t.ok(left(head, { pitch: -20 }).y > 0.04);
  t.end();
});

test('no single step is passed by a face that does nothing', (t) => {
  for (const step of CHALLENGE_STEPS)
    t.equal(play(step, [head(), head({ height: 202 }), head({ yaw: 2 })]).result, 'waiting');
  t.end();
});
