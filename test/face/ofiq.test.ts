import fc from 'fast-check';
import { test } from 'tap';
import type { Point } from '../../src/face/geometry.js';
import { type Light, lengthsOf, type Measures, scoresOf, unified } from '../../src/face/ofiq.js';

const GOOD: Light = { mean: 0.5, dark: 0, bright: 0, entropy: 7.6, even: 1, sharpness: 0.6 };

/** A face whose eyes are `distance` pixels apart, in the middle of 1280×720; lids and lips open by so much. */
function face(distance: number, { lids = 0.06, lips = 0.05, x = 640, y = 300 } = {}): Point[] {
  const t = 1.7 * distance;
  const points = Array.from({ length: 68 }, () => ({ x, y }));
  const put = (i: number, dx: number, dy: number): void => {
    points[i] = { x: x + dx, y: y + dy };
  };
  put(8, 0, t);
  for (const [first, side] of [
    [36, -1],
    [42, 1],
  ] as const) {
    const at = side * (distance / 2);
    put(first, at - 0.15 * distance, 0);
    put(first + 3, at + 0.15 * distance, 0);
    for (const [i, sign] of [
      [1, -1],
      [2, -1],
      [4, 1],
      [5, 1],
    ] as const)
      put(first + i, at + (i === 1 || i === 5 ? -0.05 : 0.05) * distance, (sign * lids * t) / 2);
  }
  for (const [upper, lower, dx] of [
    [61, 67, -0.1],
    [62, 66, 0],
    [63, 65, 0.1],
  ] as const) {
    put(upper, dx * distance, t * 0.6 - (lips * t) / 2);
    put(lower, dx * distance, t * 0.6 + (lips * t) / 2);
  }
  return points;
}

const measures = (points: readonly Point[], change: Partial<Measures> = {}): Measures => ({
  points,
  pose: { yaw: 0, pitch: 0, roll: 0 },
  picture: { width: 1280, height: 720 },
  light: GOOD,
  ...change,
});

test('lengths of a face are those that OFIQ measures by', (t) => {
  const { eyes, eyeDistance, t: length, lids, lips } = lengthsOf(face(100));
  t.same([eyes, eyeDistance, Math.round(length)], [{ x: 640, y: 300 }, 100, 170]);
  t.ok(Math.abs(lids / length - 0.06) < 1e-6 && Math.abs(lips / length - 0.05) < 1e-6);
  t.end();
});

test('each score is half of the best at the centre of its sigmoid (OFIQ 1.0)', (t) => {
  const half = (value: number): boolean => Math.abs(value - 50) < 0.5;
  t.ok(half(scoresOf(measures(face(70))).interEyeDistance));
  t.ok(half(scoresOf(measures(face(35), { pose: { yaw: 60, pitch: 0, roll: 0 } })).interEyeDistance), 'over cos yaw');
  t.ok(half(scoresOf(measures(face(100, { lids: 0.02 }))).eyesOpen));
  t.ok(half(scoresOf(measures(face(100, { lips: 0.2 }))).mouthClosed));
  t.ok(half(scoresOf(measures(face(100, { x: 90 + 50 }))).cropLeft), 'the eye 0.9 eye distances from the edge');
  t.ok(half(scoresOf(measures(face(100, { x: 1280 - 140 }))).cropRight));
  t.ok(half(scoresOf(measures(face(100, { y: 1.4 * 170 }))).cropAbove));
  t.ok(half(scoresOf(measures(face(100, { y: 720 - 1.8 * 170 }))).cropBelow));
  t.ok(half(scoresOf(measures(face(100), { light: { ...GOOD, mean: 0.2 } })).luminanceMean));
  t.ok(half(scoresOf(measures(face(100), { light: { ...GOOD, mean: 0.8 } })).luminanceMean));
  t.end();
});

test('pose, exposure, range and illumination follow their own formulas (OFIQ 1.0)', (t) => {
  const of = (change: Partial<Measures>) => scoresOf(measures(face(100), change));
  const turned = of({ pose: { yaw: 60, pitch: -45, roll: 90 } });
  t.ok(Math.abs(turned.headYaw - 25) < 1e-6 && Math.abs(turned.headPitch - 50) < 1e-6 && turned.headRoll < 1e-6);
  const light = of({ light: { mean: 0.5, dark: 1, bright: 0.09, entropy: 4, even: 0.1, sharpness: 0.2 } });
  t.equal(Math.round(light.overExposure), 10);
  t.equal(light.dynamicRange, 50);
  t.equal(Math.round(light.illumination), 50);
  t.ok(light.underExposure < 1);
  t.equal(Math.round(light.sharpness), 50);
  t.equal(Math.round(of({}).overExposure), 100);
  t.equal(Math.round(of({}).underExposure), 100);
  t.end();
});

test('whatever is measured, every score lies between 0 and 100, and the unified one is no better than the best', (t) => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const angle = fc.double({ min: -99, max: 99, noNaN: true });
  const light = fc.record({
    mean: share,
    dark: share,
    bright: share,
    entropy: fc.double({ min: 0, max: 8, noNaN: true }),
    even: share,
    sharpness: fc.double({ min: 0, max: 3, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 5, max: 400 }),
      fc.record({ yaw: angle, pitch: angle, roll: angle }),
      light,
      (distance, pose, seen) => {
        const scores = scoresOf(measures(face(distance), { pose, light: seen }));
        const values = Object.values(scores) as number[];
        const one = unified(scores);
        return values.every((value) => value >= 0 && value <= 100) && one >= 1 && one <= Math.max(...values);
      },
    ),
  );
  t.end();
});

test('one bad measure is not made up for by the rest', (t) => {
  const good = unified(scoresOf(measures(face(120))));
  const blurred = unified(scoresOf(measures(face(120), { light: { ...GOOD, sharpness: 0.05 } })));
  t.ok(good > 90 && blurred < 0.85 * good, `${good} and ${blurred}`);
  t.end();
});
