import fc from 'fast-check';
import { test } from 'tap';
import type { ChallengeStep, FaceReason } from '../../src/contracts/face-verifier.js';
import { type CaptureStep, captureStep, type FrameReport, startCapture } from '../../src/face/capture.js';

const CLOSER: readonly ChallengeStep[] = ['come-closer'];

/** A face `height` pixels high, its centre at `x`, every 66 ms unless told. */
interface Seen {
  readonly height?: number;
  readonly x?: number;
  readonly flaw?: FaceReason;
  readonly score?: number;
  readonly at?: number;
}

function play(steps: readonly ChallengeStep[], seen: readonly Seen[]): CaptureStep[] {
  let state = startCapture(steps);
  return seen.map(({ height, x = 640, flaw, score = 1, at }, i) => {
    const time = at ?? i * 66;
    const report: FrameReport =
      height === undefined
        ? { at: time, flaw: flaw ?? 'face.no-face' }
        : {
            at: time,
            box: { x: x - height / 2, y: 360 - height / 2, width: height, height },
            score,
            ...(flaw ? { flaw } : {}),
          };
    const step = captureStep(state, steps, report);
    state = step.state;
    return step;
  });
}

test('a customer who comes closer passes; frames from before, during and after are kept', (t) => {
  const steps = play(CLOSER, [
    {},
    { height: 200 },
    { height: 220, score: 2 },
    { height: 230, score: 1 },
    { height: 251 },
  ]);
  t.same(
    steps.map(({ keep }) => keep),
    [undefined, 'before', 'during', undefined, 'after'],
  );
  t.same(
    steps.map(({ progress }) => progress),
    [
      { guidance: 'look-at-camera' },
      { guidance: 'come-closer', challenge: 'come-closer' },
      { guidance: 'come-closer', challenge: 'come-closer' },
      { guidance: 'come-closer', challenge: 'come-closer' },
      { guidance: 'done' },
    ],
  );
  t.same(
    steps.map(({ state }) => state.done),
    [false, false, false, false, true],
  );
  t.end();
});

test('a customer who stays where they are never passes, and that is the reason', (t) => {
  const last = play(
    CLOSER,
    Array.from({ length: 50 }, () => ({ height: 200 })),
  ).at(-1);
  t.equal(last?.state.done, false);
  t.equal(last?.state.missing, 'face.challenge-failed');
  t.end();
});

test('another person who steps in during the challenge has to begin anew', (t) => {
  const steps = play(CLOSER, [
    { height: 200, x: 300 },
    { height: 260, x: 900 },
    { height: 270, x: 900 },
  ]);
  t.same(
    steps.map(({ keep, restart }) => [keep, restart]),
    [
      ['before', false],
      ['before', true],
      ['during', false],
    ],
  );
  t.equal(steps.at(-1)?.state.done, false);
  t.end();
});

test('a face that was away for more than a second has to begin anew', (t) => {
  const steps = play(CLOSER, [
    { height: 200, at: 0 },
    { height: 260, at: 1001 },
  ]);
  t.equal(steps[1]?.restart, true);
  t.equal(steps[1]?.state.done, false);
  t.end();
});

test('without a challenge two good frames are enough', (t) => {
  t.same(
    play([], [{ height: 200 }, { height: 200 }]).map(({ keep, state }) => [keep, state.done]),
    [
      ['before', false],
      ['after', true],
    ],
  );
  t.end();
});

test('what is wrong now is told as something the customer can do', (t) => {
  const told = (flaw: FaceReason, height?: number): unknown =>
    play(CLOSER, [{ flaw, ...(height ? { height } : {}) }])[0]?.progress.guidance;
  t.equal(told('face.no-face'), 'look-at-camera');
  t.equal(told('face.several-faces'), 'one-person-only');
  t.equal(told('face.too-far', 60), 'come-closer');
  t.equal(told('face.too-dark', 200), 'more-light');
  t.equal(told('face.too-bright', 200), 'less-light');
  t.equal(told('face.blurred', 200), 'hold-still');
  t.equal(told('face.turned-away', 200), 'look-at-camera');
  t.end();
});

test('whatever is seen, a capture only ends with a good frame of a face that grew by a quarter', (t) => {
  const flaw = fc.constantFrom<FaceReason>('face.blurred', 'face.too-dark', 'face.turned-away');
  const seen = fc.record({ height: fc.integer({ min: 100, max: 500 }), flaw }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.array(seen, { maxLength: 40 }), (frames) => {
      const steps = play(CLOSER, frames);
      const end = steps.findIndex(({ state }) => state.done);
      if (end === -1) return true;
      const begin = steps.slice(0, end).findLastIndex(({ keep }) => keep === 'before');
      const [first, last] = [frames[begin]?.height ?? Infinity, frames[end]?.height ?? 0];
      return last >= 1.25 * first && frames[end]?.flaw === undefined;
    }),
  );
  t.end();
});
