import fc from 'fast-check';
import sharp from 'sharp';
import t, { test } from 'tap';
import { createFaceEngine } from '../../drivers/face-engine/create.js';
import { COMPARING } from '../../src/contracts/face-engine.js';
import { apply, compose, ontoBox, similarity } from '../../src/face/affine.js';
import { align, closeUp } from '../../src/face/align.js';
import { decode } from '../../src/face/decode.js';
import { detect } from '../../src/face/detect.js';
import { fivePoints, landmarks } from '../../src/face/landmarks.js';
import { misfit } from '../../src/face/misfit.js';
import { reduce } from '../../src/face/reduce.js';
import { sample } from '../../src/face/sample.js';
import { readModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';
import { castPhotos } from './pictures.js';

const engine = await createFaceEngine('onnx', { set: readModelSet(modelsDir), networks: COMPARING });
t.teardown(() => engine.close());

const number = fc.integer({ min: -50, max: 50 });
const point = fc.record({ x: number, y: number });

test('one map after another is the two in one', (t) => {
  const box = fc.record({
    x: number,
    y: number,
    width: fc.integer({ min: 1, max: 99 }),
    height: fc.integer({ min: 1, max: 99 }),
  });
  fc.assert(
    fc.property(box, point, point, point, (to, p, q, at) => {
      const [first, second] = [
        ontoBox(to, 20, 30),
        similarity([p, { x: p.x + 1, y: p.y }], [q, { x: q.x + 3, y: q.y - 2 }]),
      ];
      const [one, two] = [apply(compose(second, first), at), apply(second, apply(first, at))];
      return Math.hypot(one.x - two.x, one.y - two.y) < 1e-6;
    }),
  );
  t.end();
});

test('a rotated map and an upright one draw the same where they are the same', (t) => {
  const data = Uint8Array.from({ length: 3 * 40 * 30 }, (_, i) => (i * 7919) % 251);
  fc.assert(
    // Never exactly at the edge, where a hair's breadth decides between picture and black.
    fc.property(fc.integer({ min: 1, max: 20 }), number, (eighths, shift) => {
      const map = { a: eighths / 8, b: 0, tx: shift / 8 + 0.01, c: 0, d: eighths / 8, ty: shift / 16 + 0.01 };
      const picture = { width: 40, height: 30, data };
      const [upright, any] = [sample(picture, map, 20, 20), sample(picture, { ...map, b: 1e-9 }, 20, 20)];
      return upright.data.every((x, i) => Math.abs(x - (any.data[i] ?? NaN)) < 0.1);
    }),
  );
  t.end();
});

test('a reduced part has the mean of the pixels it stands for, and lies inside the picture', (t) => {
  const data = Uint8Array.from({ length: 3 * 6 * 4 }, (_, i) => Math.floor(i / 3));
  const { raster, x, y } = reduce({ width: 6, height: 4, data }, { x: 1.5, y: -3, width: 10, height: 10 }, 2);
  t.same({ x, y, width: raster.width, height: raster.height }, { x: 1, y: 0, width: 2, height: 2 });
  // Pixels 1, 2, 7, 8 and so on: 4.5 is rounded up.
  t.same(
    [...raster.data].filter((_, i) => i % 3 === 0),
    [5, 7, 17, 19],
  );
  t.end();
});

test('a face comes out the same from a picture three times as large', async (t) => {
  const [photo] = await castPhotos();
  const small = await sharp(photo).resize({ height: 300 }).png().toBuffer();
  const picture = await decode(small);
  const large = await decode(await sharp(small).resize({ height: 900, kernel: 'cubic' }).png().toBuffer());
  const [face] = await detect(engine, picture);
  t.ok(face);
  if (!face) return;
  const five = fivePoints(await landmarks(engine, picture, face));
  const grown = (at: { x: number; y: number }) => ({ x: 3 * at.x + 1, y: 3 * at.y + 1 });
  const far = {
    rightEye: grown(five.rightEye),
    leftEye: grown(five.leftEye),
    nose: grown(five.nose),
    mouthRight: grown(five.mouthRight),
    mouthLeft: grown(five.mouthLeft),
  };
  t.ok(closeUp(large, far));
  const [a, b] = [align(picture, five), align(large, far)];
  const difference = a.data.reduce((sum, x, i) => sum + Math.abs(x - (b.data[i] ?? 0)), 0) / a.data.length;
  t.ok(difference < 4, `${difference} of 255 on average`);
});

test('points are confirmed in upright faces and not in faces upside down', async (t) => {
  const of = async (bytes: Uint8Array): Promise<number | undefined> => {
    const picture = await decode(bytes);
    const [face] = await detect(engine, picture);
    return face && misfit(engine, picture, fivePoints(await landmarks(engine, picture, face)));
  };
  for (const photo of await castPhotos()) {
    t.ok(((await of(photo)) ?? Infinity) < 8);
    t.ok(((await of(await sharp(photo).rotate(180).png().toBuffer())) ?? Infinity) > 8);
  }
});
