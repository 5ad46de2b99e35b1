import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { t } from 'tap';
import { readModelSet } from '../../src/face/manifest.js';
import { NativeGate } from '../../src/lib/native-gate.js';
import { modelsDir } from '../../src/lib/paths.js';

void t.test('a worker that is to end before its engine is loaded does not begin to load it', async (t) => {
  const gate = new NativeGate();
  t.equal(gate.close(), true, 'it was not inside');
  const workerData = { engine: 'onnx', set: readModelSet(modelsDir), gate: gate.shared };
  const worker = new Worker(new URL('../../src/face-worker.js', import.meta.url), { workerData });
  worker.on('message', () => t.fail('it serves'));
  await once(worker, 'exit');
  t.notMatch(readFileSync('/proc/self/maps', 'utf8'), /onnxruntime/);
});
