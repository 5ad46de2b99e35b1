import tap, { test } from 'tap';
import { print, PrintHolder } from '../../../drivers/emulator/attacks/print.js';
import { expose } from '../../../drivers/emulator/camera/shutter.js';
import { AT_REST, NEAR, Sitter, type Stance } from '../../../drivers/emulator/camera/sitter.js';
import { drawMesh } from '../../../drivers/emulator/camera/mesh.js';
import { seededRandom } from '../../../src/lib/random.js';
import { createOnnxEngine } from '../../../drivers/face-engine/onnx.js';
import { LIMITS } from '../../../src/face/challenge.js';
import { analyse } from '../../../src/face/frame.js';
import { parallax, type View } from '../../../src/face/view.js';
import { readModelSet } from '../../../src/face/manifest.js';
import { modelsDir } from '../../../src/lib/paths.js';
import { castPhotos } from '../../face/pictures.js';

const engine = await createOnnxEngine({ set: readModelSet(modelsDir) });
tap.teardown(() => engine.close());
const photos = await castPhotos();
const random = seededRandom(7);

/** @returns undefined when no face is seen */
async function glimpsed(jpeg: Uint8Array): Promise<View | undefined> {
  const { report } = await analyse(engine, jpeg, 0);
  return report.box ? report.view : undefined;
}

async function seen(jpeg: Uint8Array): Promise<View> {
  const view = await glimpsed(jpeg);
  if (!view) throw new Error('nobody is seen');
  return view;
}

test('the virtual camera turns every head of the cast as far as the challenge asks for, and noses move like noses', async (t) => {
  for (const photo of photos) {
    const sitter = await Sitter.of(photo, engine);
    const at = async (stance: Partial<Stance>): Promise<View> =>
      seen(await expose(await sitter.draw({ ...AT_REST, ...stance }), random));
    const front = await at({});
    for (const side of [1, -1]) {
      const turned = await at({ yaw: 27 * side });
      t.ok(side * (turned.pose.yaw - front.pose.yaw) >= LIMITS.turn.yaw, 'yaw as the pose network sees it');
      t.ok(side * parallax(front.shape, turned.shape).x >= LIMITS.turn.nose);
    }
    const near = await at({ share: NEAR });
    t.ok(near.box.height > 1.25 * front.box.height, 'coming closer');
  }
});

test('a print of the same photograph does not, however it is tilted or bent', async (t) => {
  for (const photo of photos.slice(0, 4)) {
    const paper = await print(photo, engine);
    for (const attack of ['photo-tilted', 'photo-bent'] as const) {
      const holder = new PrintHolder(paper, attack, random);
      const front = await seen(await holder.next());
      holder.asked('turn-left');
      for (let i = 0; i < 7; i += 1) {
        // Bent or tilted so far that no face is left in it, it passes even less.
        const now = await glimpsed(await holder.next());
        const passes =
          now !== undefined &&
          now.pose.yaw - front.pose.yaw >= LIMITS.turn.yaw &&
          parallax(front.shape, now.shape).x >= LIMITS.turn.nose;
        t.not(passes, true, attack);
      }
    }
  }
});

test('what is nearer hides what is farther, and back sides are not seen', (t) => {
  const onto = { width: 4, height: 4, data: new Uint8Array(48) };
  const texture = { width: 2, height: 2, data: Uint8Array.from({ length: 12 }, (_, i) => (i % 6 < 3 ? 200 : 100)) };
  const square = (z: number, u: number, flip = false) => {
    const xs = flip ? [4, -1] : [-1, 4];
    return {
      columns: 2,
      rows: 2,
      points: Float32Array.from([-1, 4].flatMap((y) => xs.flatMap((x) => [x, y, z]))),
      texture: Float32Array.from([u, 0, u, 0, u, 1, u, 1]),
    };
  };
  drawMesh(onto, texture, square(0, 0, true));
  t.ok(
    onto.data.every((value) => value === 0),
    'a back side',
  );
  const both = { ...square(1, 0), columns: 2, rows: 4 };
  const far = square(0, 1);
  drawMesh(onto, texture, {
    ...both,
    points: Float32Array.from([...both.points, ...far.points]),
    texture: Float32Array.from([...both.texture, ...far.texture]),
  });
  t.ok(
    onto.data.every((value) => value === 200),
    'the nearer one',
  );
  t.end();
});
