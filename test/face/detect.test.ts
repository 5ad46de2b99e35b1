import { test } from 'tap';
import { detectorView, facesOf } from '../../src/face/detect.js';
import { mainFace } from '../../src/face/main-face.js';

test('an upright picture is widened to 4:3 for the detector, any other is taken as it is', (t) => {
  t.same(detectorView({ width: 102, height: 126 }), { x: -33, y: 0, width: 168, height: 126 });
  t.same(detectorView({ width: 1280, height: 720 }), { x: 0, y: 0, width: 1280, height: 720 });
  t.end();
});

test('boxes of the network become pixels of the picture; weak, inverted and doubled ones fall away', (t) => {
  const view = { x: -10, y: 0, width: 100, height: 50 };
  const corners = [
    [0.1, 0.2, 0.3, 0.6],
    [0.1, 0.2, 0.31, 0.6],
    [0.5, 0.5, 0.9, 0.9],
    [0.9, 0.9, 0.8, 0.8],
  ];
  const scores = Float32Array.of(0.1, 0.9, 0.2, 0.8, 0.5, 0.5, 0, 1);
  const faces = facesOf(scores, Float32Array.from(corners.flat()), view, { leastScore: 0.65, sameFaceIou: 0.4 });
  t.equal(faces.length, 1);
  t.match(
    faces.map(({ x, y, width, height }) => [x, y, width, height].map(Math.round)),
    [[0, 10, 20, 20]],
  );
  t.end();
});

test('a second person close by counts, people far behind and doubtful patterns do not', (t) => {
  const main = { x: 0, y: 0, width: 150, height: 200, score: 0.99 };
  const other = (height: number, score: number) => ({ x: 400, y: 0, width: height, height, score });
  t.same(mainFace([]), { reason: 'face.no-face' });
  t.same(mainFace([other(60, 0.99), main]), { face: main });
  t.same(mainFace([other(180, 0.7), main]), { face: main });
  t.same(mainFace([other(90, 0.9), main]), { reason: 'face.several-faces' });
  t.end();
});
