import './lib/small-heap.js';
import { parentPort, workerData } from 'node:worker_threads';
import { createFaceEngine } from '../drivers/face-engine/create.js';
import { returnFreedMemory, returnGarbage } from './lib/malloc.js';
import { NativeGate } from './lib/native-gate.js';
import type { WorkerOptions } from './face/protocol.js';

/** The program of the face worker thread: the one place that picks the engine. */
if (parentPort) {
  returnFreedMemory();
  // Not before: what is loaded while the heap may still grow leaves it 6 MB larger.
  const { serveFace } = await import('./face/worker-server.js');
  const options = workerData as WorkerOptions;
  const gate = new NativeGate(options.gate);
  const native = <Result>(work: () => Promise<Result>): Promise<Result> => gate.through(work);
  await serveFace(parentPort, options, async () => {
    const engine = await createFaceEngine(options.engine, { ...options, native });
    returnGarbage();
    return engine;
  });
}
