import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import tap, { test } from 'tap';
import { AT_REST, Sitter, type Stance } from '../../drivers/emulator/camera/sitter.js';
import { createOnnxEngine } from '../../drivers/face-engine/onnx.js';
import type { FaceReason } from '../../src/contracts/face-verifier.js';
import { type AnalysedFrame, analyse } from '../../src/face/frame.js';
import { createFaceFinder } from '../../src/face/finder.js';
import { readModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';
import { castPhotos, noPhotographs, photographs } from './pictures.js';

const engine = await createOnnxEngine({ set: readModelSet(modelsDir) });
tap.teardown(() => engine.close());
const sitters = await Promise.all((await castPhotos()).map((photo) => Sitter.of(photo, engine)));

/** What the camera sees of somebody, with what is done to the picture. */
async function look(sitter: Sitter, stance: Partial<Stance> = {}, worse = (picture: Sharp): Sharp => picture) {
  const { width, height, data } = await sitter.draw({ ...AT_REST, ...stance });
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  return analyse(engine, await worse(picture).jpeg({ quality: 85 }).toBuffer(), 0);
}

const reason = ({ report }: AnalysedFrame): FaceReason | 'good' => report.flaw ?? 'good';
const score = ({ report }: AnalysedFrame): number => (report.box ? report.score : 0);

/** A picture that is so bad that no face is found in it any more has the right code as well. */
const worse: readonly (readonly [string, FaceReason, Partial<Stance>, ((picture: Sharp) => Sharp)?])[] = [
  ['blurred', 'face.blurred', {}, (picture) => picture.blur(9)],
  ['dark', 'face.too-dark', {}, (picture) => picture.linear(0.15, 0)],
  ['bright', 'face.too-bright', {}, (picture) => picture.linear(2.6, 130)],
  ['far away', 'face.too-far', { share: 0.12 }],
  ['turned', 'face.turned-away', { yaw: 50 }],
  ['half outside the picture', 'face.cropped', { dx: 0.44 }],
];

test('the people of the cast are good as they stand there', async (t) => {
  for (const sitter of sitters) t.equal(reason(await look(sitter)), 'good');
});

for (const [how, code, stance, change] of worse) {
  test(`a picture that is ${how} says so`, async (t) => {
    const found = await Promise.all(sitters.map(async (sitter) => reason(await look(sitter, stance, change))));
    const right = found.filter((one) => one === code || one === 'face.no-face' || one === 'face.several-faces');
    t.ok(right.length >= sitters.length - 1, found.join(', '));
    t.ok(found.includes(code));
  });
}

test('closed eyes are seen on most drawn lids, open ones on none', async (t) => {
  const closed = await Promise.all(sitters.map(async (sitter) => reason(await look(sitter, { lids: 1 }))));
  t.ok(closed.filter((one) => one === 'face.eyes-closed').length >= sitters.length / 2, closed.join(', '));
});

test('of two frames of one person the better one has the better score', async (t) => {
  for (const sitter of sitters) {
    const good = score(await look(sitter));
    t.ok(good > 60, `${good}`);
    for (const [how, change] of [
      ['blurred', (picture: Sharp) => picture.blur(4)],
      ['dark', (picture: Sharp) => picture.linear(0.18, 0)],
    ] as const) {
      t.ok(score(await look(sitter, {}, change)) < good, how);
    }
    t.ok(score(await look(sitter, { share: 0.25 })) < good, 'small');
  }
});

test('hardly anybody is refused by the gate for their photograph', { skip: noPhotographs }, async (t) => {
  const folder = join(photographs, 'people');
  const refused: string[] = [];
  let people = 0;
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.jpg'))) {
    const photo = await readFile(join(folder, name));
    if ((await createFaceFinder(engine).find(photo)).faces.length !== 1) continue;
    people += 1;
    const found = reason(await look(await Sitter.of(photo, engine)));
    if (found !== 'good') refused.push(`${name}: ${found}`);
  }
  t.ok(people > 50);
  t.ok(refused.length <= 2, `${refused.length} of ${people}: ${refused.join(', ')}`);
});
