import fc from 'fast-check';
import { test } from 'tap';
import { CHALLENGE_STEPS, type ChallengeStep, type FaceReason } from '../../src/contracts/face-verifier.js';
import {
  type CapturePlan,
  type CaptureStep,
  captureStep,
  type FrameReport,
  type Hints,
  startCapture,
} from '../../src/face/capture.js';
import { CHALLENGES } from '../../src/face/challenge.js';
import { head, type Held, picture } from './heads.js';

/** A face, every 66 ms unless told; nobody without `held`. */
interface Seen {
  readonly held?: Held;
  readonly flat?: boolean;
  readonly flaw?: FaceReason;
  readonly hints?: Partial<Hints>;
  readonly at?: number;
}

const plan = (...steps: ChallengeStep[]): CapturePlan => ({ steps, stepMs: 3_000 });
const FACING: Seen = { held: {} };

function reportOf({ held, flat, flaw, hints }: Seen, at: number): FrameReport {
  if (!held) return { at, flaw: flaw ?? 'face.no-face' };
  const view = flat ? picture(held) : head(held);
  const all = { share: 0.4, dx: 0, dy: 0, luma: 120, ...hints };
  return { at, box: view.box, score: 50, hints: all, view, ...(flaw && { flaw }) };
}

function play(challenge: CapturePlan, seen: readonly Seen[]): CaptureStep[] {
  let state = startCapture();
  return seen.map((one, i) => {
    const step = captureStep(state, challenge, reportOf(one, one.at ?? i * 66));
    state = step.state;
    return step;
  });
}

/** What an obliging customer shows for a step, from facing the camera to facing it again. */
function movement(step: ChallengeStep, height = 200): Seen[] {
  const through = (...helds: Held[]): Seen[] => helds.map((held) => ({ held: { height, ...held } }));
  switch (step) {
    case 'turn-left':
      return through({ yaw: 9 }, { yaw: 18 }, { yaw: 26 }, { yaw: 10 }, {});
    case 'turn-right':
      return through({ yaw: -9 }, { yaw: -18 }, { yaw: -26 }, { yaw: -10 }, {});
    case 'nod':
      return through({ pitch: -8 }, { pitch: -16 }, { pitch: -22 }, { pitch: -8 }, {});
    case 'come-closer':
      return through({ height: 1.1 * height }, { height: 1.2 * height }, { height: 1.3 * height });
    case 'blink':
      return through({ eyesOpen: 0.1 }, { eyesOpen: 0 }, {});
  }
}

function obliging(steps: readonly ChallengeStep[]): Seen[] {
  const seen: Seen[] = [FACING, FACING];
  let height = 200;
  for (const step of steps) {
    seen.push(...movement(step, height));
    if (step === 'come-closer') height *= 1.3;
  }
  return [...seen, { held: { height } }, { held: { height } }];
}

test('a customer who does what is asked for passes every challenge; frames from before, between and after are kept', (t) => {
  for (const steps of CHALLENGES) {
    const told = play(plan(...steps), obliging(steps));
    t.ok(
      told.some(({ state }) => state.done),
      steps.join(' then '),
    );
    t.same([...new Set(told.flatMap(({ keep }) => keep ?? []))], [0, 1, 2], steps.join());
    t.ok(told.every(({ state }) => state.failed === undefined));
  }
  t.end();
});

test('the customer is told which step of how many, how far it is done, and for how long there is time', (t) => {
  const told = play(plan('turn-left', 'come-closer'), obliging(['turn-left', 'come-closer']));
  const asked = told.map(({ progress }) => progress.guidance);
  t.same([...new Set(asked)], ['look-at-camera', 'turn-left', 'come-closer', 'done']);
  const turning = told.filter(({ progress }) => progress.challenge === 'turn-left');
  t.match(turning[0]?.progress, { parameters: { step: 1, of: 2, done: 0, msLeft: 3000 } });
  const half = turning.at(-1)?.progress.parameters ?? {};
  t.ok((half['done'] ?? 0) > 0.3 && (half['msLeft'] ?? 3000) < 3000);
  t.match(told.find(({ progress }) => progress.challenge === 'come-closer')?.progress.parameters, { step: 2, of: 2 });
  t.end();
});

test('every frame that is looked at gives the screen something to say', (t) => {
  const seen: Seen[] = [{}, FACING, FACING, FACING, { held: {}, flaw: 'face.blurred' }, {}, ...movement('nod')];
  t.ok(play(plan('nod', 'blink'), seen).every(({ progress }) => progress.guidance.length > 0));
  t.end();
});

test('a customer who stays where they are has the time of one step, and is not called a picture', (t) => {
  const seen = Array.from({ length: 60 }, () => FACING);
  const told = play(plan('turn-left', 'nod'), seen);
  const end = told.find(({ state }) => state.failed !== undefined);
  t.equal(end?.state.failed, 'face.challenge-failed');
  t.ok(told.filter(({ state }) => state.failed === undefined).length * 66 > 3_000, 'not before');
  t.end();
});

test('a photograph that is tilted instead is called what it is', (t) => {
  const tilting = [10, 20, 30, 40, 45, 45, 45, 45].map((yaw): Seen => ({ held: { yaw }, flat: true }));
  const seen = [FACING, FACING].map((one): Seen => ({ ...one, flat: true }));
  const told = play(plan('turn-left', 'nod'), [...seen, ...tilting, { at: 4_000, held: {}, flat: true }]);
  t.equal(told.at(-1)?.state.failed, 'face.not-live');
  t.end();
});

test('who turns to the wrong side ends the try', (t) => {
  const told = play(plan('turn-left', 'nod'), [FACING, FACING, ...movement('turn-right')]);
  t.ok(told.some(({ state }) => state.failed === 'face.challenge-failed'));
  t.end();
});

test('another person who steps in before the challenge has to begin anew, during it ends the try', (t) => {
  const elsewhere: Seen = { held: { x: 1000 } };
  const early = play(plan('nod', 'blink'), [FACING, elsewhere, elsewhere]);
  t.same(
    early.map(({ restart, keep }) => [restart, keep]),
    [
      [false, 0],
      [true, 0],
      [false, 0],
    ],
  );
  const late = play(plan('nod', 'blink'), [FACING, FACING, { held: { pitch: -8 } }, elsewhere]);
  t.equal(late.at(-1)?.state.failed, 'face.changed');
  t.end();
});

test('a face that was away for more than a second has to begin anew; a machine that did not look has not lost it', (t) => {
  const told = play(plan('nod', 'blink'), [{ held: {}, at: 0 }, { at: 100 }, { held: {}, at: 1101 }]);
  t.equal(told[2]?.restart, true);
  t.equal(told[2]?.state.good, 1);
  const slow = play(plan('nod', 'blink'), [
    { held: {}, at: 0 },
    { held: {}, at: 2000 },
  ]);
  t.equal(slow[1]?.restart, false);
  t.end();
});

test('a face that is elsewhere after half a second in which nobody looked may have gone there', (t) => {
  const [within, later] = [500, 501].map((ms) =>
    play(plan('nod', 'blink'), [
      { held: {}, at: 0 },
      { held: { x: 1000 }, at: ms },
    ]),
  );
  t.equal(within?.[1]?.restart, true);
  t.equal(later?.[1]?.restart, false);
  const gone = play(plan('nod', 'blink'), [{ held: {}, at: 0 }, { at: 100 }, { held: { x: 1000 }, at: 600 }]);
  t.equal(gone[2]?.restart, true, 'it was seen to be gone');
  t.end();
});

test('without a challenge two good frames are enough', (t) => {
  t.same(
    play(plan(), [FACING, FACING]).map(({ keep, state }) => [keep, state.done]),
    [
      [0, false],
      [0, true],
    ],
  );
  t.end();
});

test('what is wrong now is told as something the customer can do, with how much', (t) => {
  const told = (flaw: FaceReason, hints: Partial<Hints> = {}): unknown => {
    const { guidance, parameters } = play(plan('nod', 'blink'), [{ held: {}, flaw, hints }])[0]?.progress ?? {};
    return [guidance, parameters];
  };
  t.same(play(plan(), [{ flaw: 'face.no-face' }])[0]?.progress.guidance, 'look-at-camera');
  t.same(play(plan(), [{ flaw: 'face.several-faces' }])[0]?.progress.guidance, 'one-person-only');
  t.same(told('face.too-far', { share: 0.1 }), ['come-closer', { share: 0.1, wanted: 0.3 }]);
  t.same(told('face.too-dark', { luma: 20 }), ['more-light', { luma: 20, wanted: 35 }]);
  t.same(told('face.too-bright', { luma: 240 }), ['less-light', { luma: 240, wanted: 225 }]);
  t.same(told('face.blurred'), ['hold-still', {}]);
  t.same(told('face.eyes-closed'), ['open-eyes', {}]);
  t.same(told('face.turned-away'), ['look-at-camera', {}]);
  t.same(
    told('face.cropped', { dx: -0.4 }),
    ['move-left', { by: 0.4 }],
    'at the left of the picture: to their own left',
  );
  t.same(told('face.cropped', { dx: 0.4 }), ['move-right', { by: 0.4 }]);
  t.same(told('face.cropped', { dy: -0.3 }), ['move-down', { by: 0.3 }]);
  t.same(told('face.cropped', { dy: 0.3 }), ['move-up', { by: 0.3 }]);
  t.end();
});

test('whatever is seen, a capture only ends after a head moved for each step, with good frames after it', (t) => {
  const held = fc.record({
    yaw: fc.integer({ min: -30, max: 30 }),
    pitch: fc.integer({ min: -25, max: 25 }),
    height: fc.integer({ min: 180, max: 300 }),
    eyesOpen: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const flaw = fc.constantFrom<FaceReason | undefined>(undefined, undefined, 'face.blurred', 'face.turned-away');
  const seen = fc
    .record({ held, flaw })
    .map(({ held: how, flaw: why }): Seen => ({ held: how, ...(why && { flaw: why }) }));
  const steps = fc.constantFrom(...CHALLENGES);
  fc.assert(
    fc.property(steps, fc.array(seen, { maxLength: 60 }), (challenge, frames) => {
      const told = play(plan(...challenge), frames);
      const end = told.findIndex(({ state }) => state.done);
      if (end === -1) return true;
      const kept = told.slice(0, end + 1).map(({ keep }) => keep);
      return frames[end]?.flaw === undefined && kept.filter((part) => part === 2).length >= 2 && kept.includes(0);
    }),
    { numRuns: 300 },
  );
  t.end();
});

test('a picture passes no challenge, whatever is done with it', (t) => {
  const angle = fc.integer({ min: -60, max: 60 });
  const held = fc.record({
    yaw: angle,
    pitch: angle,
    height: fc.integer({ min: 180, max: 400 }),
    eyesOpen: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.constantFrom(...CHALLENGES), fc.array(held, { maxLength: 60 }), (challenge, holds) => {
      const frames = [...holds, ...CHALLENGE_STEPS.map(() => ({}))].map((how): Seen => ({ held: how, flat: true }));
      return play(plan(...challenge), frames).every(({ state }) => !state.done);
    }),
  );
  t.end();
});
