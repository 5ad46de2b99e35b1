import fc from 'fast-check';
import { test } from 'tap';
import { apply, ontoBox, similarity } from '../../src/face/affine.js';
import { iou, suppress } from '../../src/face/geometry.js';
import type { Raster } from '../../src/face/pixels.js';
import { sample } from '../../src/face/sample.js';

const box = fc.record({
  x: fc.double({ min: -500, max: 500, noNaN: true }),
  y: fc.double({ min: -500, max: 500, noNaN: true }),
  width: fc.double({ min: 1, max: 500, noNaN: true }),
  height: fc.double({ min: 1, max: 500, noNaN: true }),
});

test('two boxes overlap equally seen from either, wholly with themselves, never outside 0…1', (t) => {
  fc.assert(
    fc.property(box, box, (a, b) => {
      const overlap = iou(a, b);
      return overlap >= 0 && overlap <= 1 && overlap === iou(b, a) && Math.abs(iou(a, a) - 1) < 1e-9;
    }),
  );
  t.equal(iou({ x: 0, y: 0, width: 2, height: 1 }, { x: 1, y: 0, width: 2, height: 1 }), 1 / 3);
  t.end();
});

test('of boxes over the same face only the surest stays', (t) => {
  const at = (x: number, score: number) => ({ x, y: 0, width: 100, height: 100, score });
  t.same(
    suppress([at(0, 0.7), at(5, 0.9), at(300, 0.8), at(10, 0.6)], 0.4).map(({ x }) => x),
    [5, 300],
  );
  t.end();
});

test('the similarity that was applied to points is found again', (t) => {
  const points = [
    { x: 38, y: 51 },
    { x: 73, y: 51 },
    { x: 56, y: 71 },
    { x: 41, y: 92 },
  ];
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(number, number, number, number, (a, c, tx, ty) => {
      const known = { a, b: -c, tx, c, d: a, ty };
      const found = similarity(
        points,
        points.map((point) => apply(known, point)),
      );
      return points.every((point) => {
        const [p, q] = [apply(known, point), apply(found, point)];
        return Math.hypot(p.x - q.x, p.y - q.y) < 1e-6;
      });
    }),
  );
  t.end();
});

test('a picture sampled onto itself is itself, halved it is the mean of its neighbours, outside it is black', (t) => {
  const data = Uint8Array.from({ length: 4 * 2 * 3 }, (_, i) => i * 10);
  const raster: Raster = { width: 4, height: 2, data };
  const same = sample(raster, ontoBox({ x: 0, y: 0, width: 4, height: 2 }, 4, 2), 4, 2);
  t.same([...same.data.subarray(0, 8)], [0, 30, 60, 90, 120, 150, 180, 210], 'the red plane');
  const half = sample(raster, ontoBox({ x: 0, y: 0, width: 4, height: 2 }, 2, 1), 2, 1);
  t.same([...half.data.subarray(0, 2)], [75, 135]);
  const outside = sample(raster, ontoBox({ x: 10, y: 10, width: 4, height: 2 }, 4, 2), 4, 2);
  t.ok(outside.data.every((value) => value === 0));
  t.end();
});
