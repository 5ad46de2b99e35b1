import { test } from 'tap';
import { unit } from '../../src/face/embed.js';
import { limitsOf, median, PASSIVE_FLOOR, verdict } from '../../src/face/verdict.js';

const LIMITS = { mean: 0.4, each: 0.25, same: 0.4 };

/** A frame whose similarity to `photo` is as given. */
const photo = unit(Float32Array.of(1, 0, 0, 0));
const frame = (similarity: number, score = 50) => ({
  score,
  template: unit(Float32Array.of(similarity, Math.sqrt(1 - similarity ** 2), 0, 0)),
});
const elsewhere = { score: 50, template: unit(Float32Array.of(0.5, -Math.sqrt(0.75), 0, 0)) };

test('several frames of the holder are a match', (t) => {
  t.same(verdict(photo, [frame(0.6), frame(0.5), frame(0.45)], LIMITS), { decision: 'match' });
  t.same(verdict(photo, [frame(0.6), frame(0.5), frame(0.3)], LIMITS), { decision: 'match' }, 'one poor frame');
  t.end();
});

test('somebody else is refused, also when one frame is excellent', (t) => {
  const refused = { decision: 'no-match', reason: 'face.no-match' };
  t.same(verdict(photo, [frame(0.1), frame(0.2), frame(0.15)], LIMITS), refused);
  t.same(verdict(photo, [frame(0.9), frame(0.9), frame(0.2)], { ...LIMITS, same: 0 }), refused);
  t.end();
});

test('good frames count more than poor ones', (t) => {
  t.same(verdict(photo, [frame(0.5, 90), frame(0.28, 20)], LIMITS), { decision: 'match' });
  t.same(verdict(photo, [frame(0.5, 20), frame(0.28, 90)], LIMITS), { decision: 'no-match', reason: 'face.no-match' });
  t.end();
});

test('frames that show different people are told apart from somebody else throughout', (t) => {
  const changed = { decision: 'no-match', reason: 'face.changed' };
  t.same(verdict(photo, [frame(0.6), frame(0.6), elsewhere], LIMITS), changed);
  const [stranger, turned] = [frame(0.1), { score: 50, template: unit(Float32Array.of(0.1, -1, 0, 0)) }];
  t.same(verdict(photo, [stranger, turned], LIMITS), { decision: 'no-match', reason: 'face.no-match' }, 'no holder');
  t.same(verdict(photo, [], LIMITS), { decision: 'no-match', reason: 'face.challenge-failed' });
  t.end();
});

test('a face that the passive signal has no doubt about is refused as not live; one poor look does not do it', (t) => {
  const frames = [frame(0.6), frame(0.6)];
  const low = PASSIVE_FLOOR / 2;
  t.same(verdict(photo, frames, LIMITS, [low, low, 0.9]), { decision: 'no-match', reason: 'face.not-live' });
  t.same(verdict(photo, frames, LIMITS, [low, 0.1, 0.9]), { decision: 'match' });
  t.same(verdict(photo, frames, LIMITS, []), { decision: 'match' }, 'a set without the network');
  t.equal(median([3, 1, 2]), 2);
  t.end();
});

test('the operating point of the manifest chooses the threshold', (t) => {
  const thresholds = { '1e-2': 0.2, '1e-3': 0.3, '1e-4': 0.4 };
  t.same(limitsOf({ thresholds, operatingPoint: '1e-3' }), { mean: 0.3, each: 0.2, same: 0.3 });
  t.end();
});
