import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { test } from 'tap';
import { Live } from '../../drivers/emulator/camera/live.js';
import { filmed } from '../../drivers/emulator/camera/performer.js';
import { emptyRoom } from '../../drivers/emulator/camera/room.js';
import { Sitter } from '../../drivers/emulator/camera/sitter.js';
import { VirtualCamera } from '../../drivers/emulator/camera/virtual-camera.js';
import { createOnnxEngine } from '../../drivers/face-engine/onnx.js';
import { modelsDir } from '../../src/lib/paths.js';
import { seededRandom } from '../../src/lib/random.js';
import { CHALLENGE_STEPS, type ChallengeStep } from '../../src/contracts/face-verifier.js';
import { cameraProgram, newFolder } from '../drivers/camera/hardware.js';
import { portrait } from '../support/cast.js';
import { Command } from '../support/process.js';

/** Words of the demo that ask for a step of the challenge. */
const ASKED: Readonly<Record<ChallengeStep, string>> = {
  'turn-left': 'Turn your head to your left',
  'turn-right': 'Turn your head to your right',
  nod: 'Nod, please',
  'come-closer': 'Come closer',
  blink: 'Close your eyes',
};

/** The step that was asked for last. */
function lastAsked(said: string): ChallengeStep | undefined {
  const asked = CHALLENGE_STEPS.map((step) => ({ step, at: said.lastIndexOf(ASKED[step]) }));
  const last = asked.reduce((a, b) => (b.at > a.at ? b : a));
  return last.at < 0 ? undefined : last.step;
}

test('whoever has a webcam and a picture is the customer: told what to do, recognised, and served', async (t) => {
  const dir = await newFolder(t);
  await cameraProgram(join(dir, 'ffmpeg'));
  process.env['PATH'] = [dir, process.env['PATH']].join(delimiter);
  const engine = await createOnnxEngine({ modelsDir });
  const person = new Live(await Sitter.of(await readFile(portrait(1)), engine), seededRandom(1));
  await engine.close();
  const device = join(dir, 'webcam.sock');
  const pictures = filmed(person, await emptyRoom());
  const say = { sofar: (): string => '' };
  const camera = await VirtualCamera.listen(device, () => {
    person.asked(lastAsked(say.sofar()) ?? 'look-at-camera');
    return pictures();
  });
  t.teardown(() => camera.close());

  const demo = new Command(['demo', '--customers', '1', '--camera', device, '--id-photo', portrait(1)]);
  say.sofar = () => demo.stdout;
  t.teardown(() => demo.kill());
  t.equal(await demo.exited, 0, demo.stderr);
  for (const words of ['You are the customer', 'look at the camera', '1 visits, 1 sold', 'All books agree'])
    t.match(demo.stdout, words);
  t.ok(lastAsked(demo.stdout), 'a challenge was asked for');
});
