import sharp from 'sharp';
import t, { test } from 'tap';
import { createFaceEngine } from '../../../drivers/face-engine/create.js';
import { asIdPhoto, parseIdPhoto } from '../../../src/face/bench/id-photo.js';
import { createFaceFinder } from '../../../src/face/finder.js';
import { readModelSet } from '../../../src/face/manifest.js';
import { LABELLED } from '../../../src/face/still.js';
import { modelsDir } from '../../../src/lib/paths.js';
import { castPhotos, jpeg } from '../pictures.js';

const engine = await createFaceEngine('onnx', { set: readModelSet(modelsDir) });
t.teardown(() => engine.close());

test('an ID photograph is written WIDTHxHEIGHT@QUALITY', (t) => {
  t.same(parseIdPhoto('102x126@40'), { width: 102, height: 126, quality: 40 });
  for (const text of ['', '102x126', '102x126@0', '102x126@101', '5x5@40', '9999x9999@40', 'axb@c'])
    t.throws(() => parseIdPhoto(text), { code: 'cli.usage' }, text);
  t.end();
});

test('a picture becomes an ID photograph: 1.9 heights of the face, centred on it, compressed', async (t) => {
  const finder = createFaceFinder(engine);
  for (const photo of await castPhotos()) {
    const small = await asIdPhoto(engine, photo, { width: 102, height: 126, quality: 40 }, LABELLED);
    t.match(await sharp(small).metadata(), { format: 'jpeg', width: 102, height: 126 });
    const [face] = (await finder.find(small)).faces;
    t.ok(face);
    if (!face) continue;
    // Where the crop was clamped to the picture the face is larger and off the centre.
    t.ok(face.height > 0.9 * (126 / 1.9) && face.height < 1.7 * (126 / 1.9), `${face.height}`);
    t.ok(Math.abs(face.x + face.width / 2 - 51) < 12, `${face.x + face.width / 2}`);
  }
  await t.rejects(asIdPhoto(engine, await jpeg(200, 200), { width: 102, height: 126, quality: 40 }, LABELLED), {
    code: 'face.no-face',
  });
});
