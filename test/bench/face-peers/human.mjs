import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { decode, measure } from './measure.mjs';

/** `@vladmandic/human` on TensorFlow.js' WebAssembly backend: its face detector, mesh and description, nothing else. */
const require = createRequire(import.meta.url);
const wasm = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'wasm-out');
/** By its path: what the package exports is not spelled as Node expects it. */
const here = fileURLToPath(new URL('node_modules/@vladmandic/human', import.meta.url));

// It loads its models by `fetch`, and Node's knows no files.
const overNetwork = globalThis.fetch;
globalThis.fetch = async (what, options) => {
  const url = String(what);
  if (!url.startsWith('file:')) return overNetwork(what, options);
  const type = url.endsWith('.json') ? 'application/json' : 'application/octet-stream';
  return new Response(await readFile(new URL(url)), { headers: { 'content-type': type } });
};

const off = { enabled: false };

await measure(async () => {
  const { Human } = require(join(here, 'dist/human.node-wasm.js'));
  const human = new Human({
    backend: 'wasm',
    wasmPath: `${wasm}/`,
    modelBasePath: `${pathToFileURL(join(here, 'models'))}/`,
    cacheSensitivity: 0,
    debug: false,
    async: false,
    filter: off,
    gesture: off,
    body: off,
    hand: off,
    object: off,
    segmentation: off,
    face: {
      enabled: true,
      detector: { rotation: true, maxDetected: 1, skipFrames: 0, skipTime: 0 },
      mesh: { enabled: true },
      description: { enabled: true, skipFrames: 0, skipTime: 0 },
      iris: off,
      emotion: off,
      antispoof: off,
      liveness: off,
    },
  });
  await human.load();
  return {
    async describe(bytes) {
      const { data, width, height } = await decode(bytes);
      const tensor = human.tf.tensor(data, [1, height, width, 3], 'float32');
      const { face } = await human.detect(tensor);
      human.tf.dispose(tensor);
      const embedding = face[0]?.embedding;
      return embedding?.length ? embedding : undefined;
    },
    score: (a, b) => human.match.similarity(a, b),
    threshold: 0.5,
  };
});
