import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createOnnxEngine } from '../../drivers/face-engine/onnx.js';
import type { Frame } from '../../src/contracts/camera.js';
import { createFaceFinder } from '../../src/face/finder.js';
import { createFaceVerifier } from '../../src/face/verifier.js';
import { readModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';
import { Private } from '../../src/lib/private.js';
import { film } from '../face/film.js';
import { castPhotos, idPhoto } from '../face/pictures.js';

/**
 * Prints how long the main loop is held up while customers are verified: `node dist/test/bench/stall.js [visits]`. Their
 * pictures are drawn beforehand, so that only the service's own work is measured.
 */
const visits = Number(process.argv[2] ?? 10);
const [photo] = await castPhotos();
if (!photo) throw new Error('the set-up put no photographs into models/cast');
const engine = await createOnnxEngine({ set: readModelSet(modelsDir) });
const document = await idPhoto(createFaceFinder(engine), photo);
const pictures = await film(photo, engine);
await engine.close();

async function* camera(): AsyncGenerator<Frame> {
  for (let i = 0; ; i += 1) {
    const jpeg = new Uint8Array(pictures[Math.min(i, pictures.length - 1)] ?? []);
    yield { jpeg, at: performance.now() };
    while (jpeg[0] !== 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

const verifier = createFaceVerifier({ modelsDir });
const plan = { steps: ['turn-left', 'come-closer'], stepMs: 60_000, deadlineMs: 60_000 } as const;
const { signal } = new AbortController();
const delay = monitorEventLoopDelay({ resolution: 1 });
let decisions = 0;
const visit = async (): Promise<void> => {
  await verifier.enrol(new Private(new Uint8Array(document)));
  await verifier.capture(camera(), { ...plan, signal }, () => undefined);
  if ((await verifier.verify()).decision === 'match') decisions += 1;
  await verifier.wipe();
};
await visit();
delay.enable();
for (let i = 0; i < visits; i += 1) await visit();
delay.disable();
await verifier.close();
const ms = (nanoseconds: number): string => `${(nanoseconds / 1e6).toFixed(1)} ms`;
console.log(`${decisions} of ${visits + 1} visits were matches`);
console.log(
  `delay of the main loop while verifying: median ${ms(delay.percentile(50))}, 99 % ${ms(delay.percentile(99))}, longest ${ms(delay.max)}`,
);
