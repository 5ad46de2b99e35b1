import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { test } from 'tap';
import { renderScene } from '../../drivers/emulator/camera/scene.js';
import { VirtualCamera } from '../../drivers/emulator/camera/virtual-camera.js';
import { inTurn } from '../../drivers/emulator/customer/visit.js';
import { seededRandom } from '../../drivers/emulator/random.js';
import { createOnnxEngine } from '../../drivers/face-engine/onnx.js';
import { createFaceFinder } from '../../src/face/finder.js';
import { modelsDir } from '../../src/lib/paths.js';
import { cameraProgram, newFolder } from '../drivers/camera/hardware.js';
import { portrait } from '../support/cast.js';
import { Command } from '../support/process.js';

test('whoever has a webcam and a picture is the customer: told what to do, recognised, and served', async (t) => {
  const dir = await newFolder(t);
  await cameraProgram(join(dir, 'ffmpeg'));
  process.env['PATH'] = [dir, process.env['PATH']].join(delimiter);
  const engine = await createOnnxEngine({ modelsDir });
  const scene = await renderScene(await readFile(portrait(1)), createFaceFinder(engine), seededRandom(1));
  await engine.close();
  const device = join(dir, 'webcam.sock');
  const camera = await VirtualCamera.listen(device, inTurn(scene.far));
  t.teardown(() => camera.close());

  const demo = new Command(['demo', '--customers', '1', '--camera', device, '--id-photo', portrait(1)]);
  t.teardown(() => demo.kill());
  await demo.says('Come closer');
  camera.show(inTurn([...scene.approach, ...Array.from({ length: 20 }, () => scene.near).flat()]));
  t.equal(await demo.exited, 0, demo.stderr);
  for (const words of [
    'You are the customer',
    'look at the camera',
    'Come closer',
    '1 visits, 1 sold',
    'All books agree',
  ])
    t.match(demo.stdout, words);
});
