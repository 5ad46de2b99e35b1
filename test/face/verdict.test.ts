import { test } from 'tap';
import { limitsOf, verdict } from '../../src/face/verdict.js';

const LIMITS = { mean: 0.4, each: 0.25 };
const photo = Float32Array.of(1, 0, 0);
/** A face of the given cosine to the photograph. */
const face = (cosine: number, side = 1) => Float32Array.of(cosine, side * Math.sqrt(1 - cosine * cosine), 0);

test('a match needs the mean of all frames at the threshold', (t) => {
  t.same(verdict(photo, [face(0.5), face(0.45), face(0.31)], LIMITS), { decision: 'match' });
  t.same(verdict(photo, [face(0.5), face(0.35), face(0.3)], LIMITS), { decision: 'no-match', reason: 'face.no-match' });
  t.end();
});

test('one perfect frame of the holder does not carry a frame of somebody else', (t) => {
  t.same(verdict(photo, [face(1), face(1), face(0.2)], LIMITS).decision, 'no-match');
  t.end();
});

test('frames that show different people are refused as a failed challenge, and so is no frame at all', (t) => {
  const refused = { decision: 'no-match', reason: 'face.challenge-failed' };
  t.same(verdict(photo, [face(0.6), face(0.6, -1)], LIMITS), refused);
  t.same(verdict(photo, [], LIMITS), refused);
  t.end();
});

test('the operating point of the manifest chooses the threshold', (t) => {
  const thresholds = { '1e-2': 0.2, '1e-3': 0.3, '1e-4': 0.4 };
  t.same(limitsOf({ thresholds, operatingPoint: '1e-3' }), { mean: 0.3, each: 0.2 });
  t.end();
});
