import { createOnnxEngine } from '../../drivers/face-engine/onnx.js';
import { align } from '../../src/face/align.js';
import { decode, FRAME } from '../../src/face/decode.js';
import { detect } from '../../src/face/detect.js';
import { embed } from '../../src/face/embed.js';
import { createFaceFinder } from '../../src/face/finder.js';
import { analyse } from '../../src/face/frame.js';
import { fivePoints, landmarks } from '../../src/face/landmarks.js';
import { stillTemplate } from '../../src/face/still.js';
import { readModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';
import { cameraFrame, castPhotos, idPhoto } from '../face/pictures.js';

/**
 * Prints what a frame costs, step by step, in this process: `node dist/test/bench/face.js`. Processor time, since on a
 * machine that does other work as well the clock says little.
 */
const ROUNDS = 100;

async function ms(work: () => unknown): Promise<number> {
  for (let i = 0; i < 10; i += 1) await work();
  const before = process.cpuUsage();
  for (let i = 0; i < ROUNDS; i += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / ROUNDS;
}

const started = performance.now();
const engine = await createOnnxEngine({ set: readModelSet(modelsDir) });
const cold = performance.now() - started;
const finder = createFaceFinder(engine);
const [photo] = await castPhotos();
if (!photo) throw new Error('the set-up put no photographs into models/cast');
const frame = await cameraFrame(finder, [{ photo, height: 300 }]);
const document = await idPhoto(finder, photo);
const picture = await decode(frame, FRAME);
const [face] = await detect(engine, picture);
if (!face) throw new Error('no face in the frame');
const five = fivePoints(await landmarks(engine, picture, face));
const aligned = align(picture, five);

const figures: Readonly<Record<string, number>> = {
  'engine, cold': cold,
  'decode 1280×720': await ms(() => decode(frame, FRAME)),
  detect: await ms(() => detect(engine, picture)),
  landmarks: await ms(() => landmarks(engine, picture, face)),
  align: await ms(() => align(picture, five)),
  embed: await ms(() => embed(engine, aligned)),
  'whole frame, without embedding': await ms(() => analyse(engine, frame, 0)),
  'enrol a document’s photograph': await ms(() => stillTemplate(engine, document)),
};
for (const [what, value] of Object.entries(figures)) console.log(`${value.toFixed(1).padStart(8)} ms  ${what}`);
const visit = [
  'enrol a document’s photograph',
  ...Array.from({ length: 3 }, () => ['whole frame, without embedding', 'embed']),
]
  .flat()
  .reduce((sum, what) => sum + (figures[what] ?? 0), 0);
console.log(`${visit.toFixed(1).padStart(8)} ms  enrol, three frames, verify`);
console.log(`${(process.memoryUsage.rss() / 1e6).toFixed(0).padStart(8)} MB  resident`);
await engine.close();
