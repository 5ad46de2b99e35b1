import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test, test } from 'tap';
import { createFaceEngine } from '../../../drivers/face-engine/create.js';
import type { FaceEngine } from '../../../src/contracts/face-engine.js';
import { align } from '../../../src/face/align.js';
import { similarityOf } from '../../../src/face/compare.js';
import { decode, type Picture } from '../../../src/face/decode.js';
import { detect } from '../../../src/face/detect.js';
import { embed } from '../../../src/face/embed.js';
import type { Box, Point } from '../../../src/face/geometry.js';
import { fivePoints, landmarks } from '../../../src/face/landmarks.js';
import { readModelSet } from '../../../src/face/manifest.js';
import { modelsDir } from '../../../src/lib/paths.js';
import { castPhotos, noPhotographs, photographs } from '../../face/pictures.js';

const set = readModelSet(modelsDir);
const onnx = await createFaceEngine('onnx', { set });
const tfjs = await createFaceEngine('tfjs', { set });
t.teardown(() => Promise.all([onnx.close(), tfjs.close()]));

/** What an engine makes of the best face of a picture. */
async function look(engine: FaceEngine, picture: Picture) {
  const boxes = await detect(engine, picture);
  const [face] = boxes;
  if (!face) return { boxes, points: [], template: undefined };
  const points = await landmarks(engine, picture, face);
  return { boxes, points, template: await embed(engine, align(picture, fivePoints(points))) };
}

/** The largest distance between what should lie at the same place, pixels. */
function farthest(a: readonly Point[], b: readonly Point[]): number {
  return Math.max(0, ...a.map((p, i) => Math.hypot(p.x - (b[i]?.x ?? NaN), p.y - (b[i]?.y ?? NaN))));
}

const corners = (boxes: readonly Box[]): Point[] =>
  boxes.flatMap(({ x, y, width, height }) => [
    { x, y },
    { x: x + width, y: y + height },
  ]);

async function agree(t: Test, bytes: Uint8Array, name: string): Promise<void> {
  const picture = await decode(bytes);
  const [a, b] = [await look(onnx, picture), await look(tfjs, picture)];
  t.equal(b.boxes.length, a.boxes.length, `${name}: as many faces`);
  t.ok(farthest(corners(a.boxes), corners(b.boxes)) < 0.5, `${name}: boxes`);
  t.ok(farthest(a.points, b.points) < 0.5, `${name}: landmarks`);
  if (!a.template || !b.template) return;
  t.ok(similarityOf(a.template, b.template) >= 0.9999, `${name}: ${similarityOf(a.template, b.template)}`);
}

test('both engines see the same faces in the photographs of the demo', async (t) => {
  for (const [i, photo] of (await castPhotos()).entries()) await agree(t, photo, `person ${i + 1}`);
});

test('both engines see the same faces in photographs of other people', { skip: noPhotographs }, async (t) => {
  for (const folder of ['people', 'attacks'])
    for (const name of (await readdir(join(photographs, folder))).filter((file) => file.endsWith('.jpg')))
      await agree(t, await readFile(join(photographs, folder, name)), name);
});
