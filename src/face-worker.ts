import { parentPort, workerData } from 'node:worker_threads';
import { createOnnxEngine } from '../drivers/face-engine/onnx.js';
import type { WorkerOptions } from './face/protocol.js';
import { serveFace } from './face/worker-server.js';

/** The program of the face worker thread: the one place that picks the engine. */
if (parentPort) {
  const { modelsDir, set } = workerData as WorkerOptions;
  await serveFace(parentPort, { modelsDir, set }, () => createOnnxEngine({ modelsDir, set }));
}
