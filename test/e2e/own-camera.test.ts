import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { test } from 'tap';
import { Live } from '../../drivers/emulator/camera/live.js';
import { filmed } from '../../drivers/emulator/camera/performer.js';
import { emptyRoom } from '../../drivers/emulator/camera/room.js';
import { Sitter } from '../../drivers/emulator/camera/sitter.js';
import { VirtualCamera } from '../../drivers/emulator/camera/virtual-camera.js';
import { createOnnxEngine } from '../../drivers/face-engine/onnx.js';
import { readModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';
import { seededRandom } from '../../src/lib/random.js';
import { cameraProgram, newFolder } from '../drivers/camera/hardware.js';
import { portrait } from '../support/cast.js';
import { Command } from '../support/process.js';

/** Words of the demo that ask for something. */
const ASKED = {
  'look-at-camera': 'Look at the camera.',
  'open-eyes': 'Open your eyes',
  'turn-left': 'Turn your head to your left',
  'turn-right': 'Turn your head to your right',
  nod: 'Nod, please',
  'come-closer': 'Come closer',
  blink: 'Close your eyes',
} as const;

/** What was asked for last. */
function lastAsked(said: string): string {
  const asked = Object.entries(ASKED).map(([prompt, words]) => ({ prompt, at: said.lastIndexOf(words) }));
  return asked.reduce((a, b) => (b.at > a.at ? b : a)).prompt;
}

test('whoever has a webcam and a picture is the customer: told what to do, recognised, and served', async (t) => {
  const dir = await newFolder(t);
  await cameraProgram(join(dir, 'ffmpeg'));
  process.env['PATH'] = [dir, process.env['PATH']].join(delimiter);
  const engine = await createOnnxEngine({ set: readModelSet(modelsDir) });
  const person = new Live(await Sitter.of(await readFile(portrait(1)), engine), seededRandom(1));
  await engine.close();
  const device = join(dir, 'webcam.sock');
  const pictures = filmed(person, await emptyRoom());
  const say = { sofar: (): string => '' };
  const camera = await VirtualCamera.listen(device, () => {
    person.asked(lastAsked(say.sofar()));
    return pictures();
  });
  t.teardown(() => camera.close());

  const demo = new Command(['demo', '--customers', '1', '--camera', device, '--id-photo', portrait(1)]);
  say.sofar = () => demo.stdout;
  t.teardown(() => demo.kill());
  t.equal(await demo.exited, 0, demo.stderr);
  for (const words of ['You are the customer', 'look at the camera', '1 visits, 1 sold', 'All books agree'])
    t.match(demo.stdout, words);
  t.match(demo.stdout, /Turn your head|Nod|Come closer|Close your eyes/, 'a challenge was asked for');
});
