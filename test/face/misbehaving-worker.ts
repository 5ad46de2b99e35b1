import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createOnnxEngine } from '../../drivers/face-engine/onnx.js';
import { finite } from '../../drivers/face-engine/finite.js';
import type { FaceEngine } from '../../src/contracts/face-engine.js';
import type { WorkerOptions } from '../../src/face/protocol.js';
import { serveFace } from '../../src/face/worker-server.js';
import { NativeGate } from '../../src/lib/native-gate.js';

/** The face worker, but one network ends as the file `misbehave` beside the models says: how, and which. */
const options = workerData as WorkerOptions;
let serving = false;

function misbehaviour(model: string): string {
  const [how = '', which] = serving ? readFileSync(join(options.set.folder, 'misbehave'), 'utf8').split(' ') : [];
  return which === model ? how : '';
}

async function open(): Promise<FaceEngine> {
  const gate = new NativeGate(options.gate);
  const engine = await createOnnxEngine({ ...options, native: (work) => gate.through(work) });
  return {
    models: engine.models,
    uses: engine.uses,
    close: () => engine.close(),
    async run(model, input) {
      const outputs = await engine.run(model, input);
      switch (misbehaviour(model)) {
        case 'crash':
          return process.exit(3);
        case 'throw':
          setImmediate(() => {
            throw new Error('out of band');
          });
          return new Promise(() => undefined);
        case 'hang':
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
          return outputs;
        case 'nan':
          return finite(
            model,
            outputs.map(({ dims, data }) => ({ dims, data: data.map(() => NaN) })),
          );
        default:
          return outputs;
      }
    },
  };
}

if (parentPort) {
  await serveFace(parentPort, options, open);
  serving = true;
}
