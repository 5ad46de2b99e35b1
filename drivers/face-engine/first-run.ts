import type { FaceEngine, FaceModel, NetworkInput } from '../../src/contracts/face-engine.js';
import { KioskError } from '../../src/errors.js';
import { dimsOf } from '../../src/face/input.js';

/**
 * Runs a network on an empty picture: no customer waits for its slow first run, and a file that does not fit what the
 * manifest says of it is found out. @throws `face.model-mismatch`
 */
export async function firstRun(run: FaceEngine['run'], model: FaceModel, use: NetworkInput): Promise<void> {
  const dims = dimsOf(use);
  try {
    await run(model, { data: new Float32Array(dims.reduce((a, b) => a * b)), dims });
  } catch (error) {
    throw new KioskError('face.model-mismatch', model, { cause: error });
  }
}
