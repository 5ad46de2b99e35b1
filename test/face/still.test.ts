import sharp from 'sharp';
import t, { test } from 'tap';
import { createFaceEngine } from '../../drivers/face-engine/create.js';
import { COMPARING } from '../../src/contracts/face-engine.js';
import { similarityOf } from '../../src/face/compare.js';
import { deblock } from '../../src/face/deblock.js';
import { decode } from '../../src/face/decode.js';
import { detect } from '../../src/face/detect.js';
import { createFaceFinder } from '../../src/face/finder.js';
import type { Box } from '../../src/face/geometry.js';
import { search } from '../../src/face/search.js';
import { CENTRED, LABELLED, ONE_PERSON, stillTemplate } from '../../src/face/still.js';
import { containsCentre, subjectOf } from '../../src/face/subject.js';
import { readModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';
import { cameraFrame, castPhotos, jpeg } from './pictures.js';

const engine = await createFaceEngine('onnx', { set: readModelSet(modelsDir), networks: COMPARING });
t.teardown(() => engine.close());
const [one = Buffer.alloc(0), other = Buffer.alloc(0)] = await castPhotos();

test('where a first look finds nobody, a closer one does', async (t) => {
  const face = await sharp(one).resize({ height: 110 }).png().toBuffer();
  const wide = sharp(await jpeg(1600, 1200)).composite([{ input: face, left: 780, top: 570 }]);
  const picture = await decode(await wide.png().toBuffer());
  t.equal((await detect(engine, picture)).length, 0);
  t.equal((await search(engine, picture)).length, 1);
  t.equal(
    (await search(engine, await decode(await jpeg(1600, 1200)), 0.3)).length,
    0,
    'where nobody is nobody is found',
  );
});

test('of a labelled picture the face in the middle counts; of any other a second person is one too many', async (t) => {
  const passer = await sharp(other).resize({ height: 260 }).png().toBuffer();
  const width = 900;
  const scene = sharp(await jpeg(width, 600)).composite([
    { input: await sharp(one).resize({ height: 420 }).png().toBuffer(), left: 300, top: 100 },
    { input: passer, left: 0, top: 0 },
  ]);
  const bytes = await scene.jpeg().toBuffer();
  await t.rejects(stillTemplate(engine, bytes, ONE_PERSON), { code: 'face.several-faces' });
  const subject = await stillTemplate(engine, bytes, LABELLED);
  const [a, b] = [await stillTemplate(engine, one), await stillTemplate(engine, other)];
  t.ok(similarityOf(subject, a) > 0.8);
  t.ok(similarityOf(subject, b) < 0.3);
  t.end();
});

test('of a picture of LFW the face around its central pixel counts, however large or plain others are', async (t) => {
  const bytes = await cameraFrame(createFaceFinder(engine), [
    { photo: other, height: 340, x: 290 },
    { photo: one, height: 200 },
  ]);
  const [a, b] = [await stillTemplate(engine, one), await stillTemplate(engine, other)];
  t.ok(similarityOf(await stillTemplate(engine, bytes, LABELLED), b) > 0.7);
  t.ok(similarityOf(await stillTemplate(engine, bytes, CENTRED), a) > 0.7);

  const tiny = await sharp(one).resize({ height: 110 }).png().toBuffer();
  const large = await sharp(other).resize({ height: 500 }).png().toBuffer();
  const scene = sharp(await jpeg(1600, 1200)).composite([
    { input: tiny, left: 755, top: 545 },
    { input: large, left: 0, top: 0 },
  ]);
  const picture = await decode(await scene.png().toBuffer());
  const central = (face: Box): boolean => containsCentre(face, picture);
  t.notOk((await search(engine, picture)).some(central), 'seen from here only the large one');
  t.ok((await search(engine, picture, undefined, central)).some(central));
});

test('the larger face counts, the less the farther it is from the centre', (t) => {
  const size = { width: 250, height: 250 };
  const face = (x: number, y: number, side: number) => ({
    x: x - side / 2,
    y: y - side / 2,
    width: side,
    height: side,
    score: 1,
  });
  const centre = face(125, 125, 100);
  t.equal(subjectOf([face(30, 40, 80), centre], size), centre);
  t.equal(subjectOf([face(30, 40, 120), centre], size), centre);
  const large = face(110, 120, 140);
  t.equal(subjectOf([centre, large], size), large);
  t.equal(subjectOf([], size), undefined);
  t.end();
});

test('without its blocks a compressed picture is nearer to what it was', async (t) => {
  const clear = await sharp(one).resize(102, 126).png().toBuffer();
  const original = await decode(clear);
  const compressed = await decode(await sharp(clear).jpeg({ quality: 25 }).toBuffer());
  const error = (data: Uint8Array): number => data.reduce((sum, x, i) => sum + (x - (original.data[i] ?? 0)) ** 2, 0);
  const restored = await deblock(compressed);
  t.ok(error(restored.data) < 0.95 * error(compressed.data), `${error(restored.data) / error(compressed.data)}`);
  t.equal(restored.data.length, compressed.data.length);
});

test('a small face in a large picture takes hardly longer than in a small one, for the same template', async (t) => {
  const face = await sharp(one).resize({ height: 160 }).png().toBuffer();
  const template = async (width: number, height: number): Promise<{ template: Float32Array; ms: number }> => {
    const place = { left: width / 2 - 60, top: height / 2 - 80 };
    const picture = sharp(await jpeg(width, height)).composite([{ input: face, ...place }]);
    const bytes = await picture.png().toBuffer();
    const before = process.cpuUsage();
    const found = await stillTemplate(engine, bytes);
    return { template: found, ms: process.cpuUsage(before).user / 1000 };
  };
  await template(400, 300);
  const [small, large] = [await template(400, 300), await template(1600, 1200)];
  t.ok(similarityOf(small.template, large.template) > 0.98);
  t.ok(large.ms < 4 * small.ms, `${large.ms} ms, ${small.ms} ms`);
});

test('a face that is seen wholly beside the picture is none', async (t) => {
  const face = { x: -500, y: 0, width: 50, height: 60, score: 1 };
  const beside = { ...LABELLED, choose: () => ({ face }) };
  await t.rejects(stillTemplate(engine, one, beside), { code: 'face.no-face' });
});
