import type { FaceEngine, FaceModel, NetworkInput } from '../../src/contracts/face-engine.js';
import { KioskError } from '../../src/errors.js';
import { dimsOf } from '../../src/face/input.js';

/** What is read from the outputs of each network, in their order: how many numbers they must have. */
const FITS: Readonly<Record<FaceModel, (sizes: readonly number[]) => boolean>> = {
  detect: ([scores = 0, boxes]) => scores > 0 && boxes === 2 * scores,
  landmark: ([points]) => points === 2 * 68,
  feature: ([template]) => template !== undefined,
  liveness: ([kinds = 0]) => kinds > 1,
  pose: (angles) => angles.length === 3 && angles.every((bins) => bins === 66),
  eye: ([states]) => states === 2,
};

/**
 * Runs a network on an empty picture: no customer waits for its slow first run, and a file that does not fit what the
 * manifest says of it, or answers something else than is read from it, is found out. @throws `face.model-mismatch`
 */
export async function firstRun(run: FaceEngine['run'], model: FaceModel, use: NetworkInput): Promise<void> {
  const dims = dimsOf(use);
  try {
    const outputs = await run(model, { data: new Float32Array(dims.reduce((a, b) => a * b)), dims });
    const sizes = outputs.map(({ data }) => data.length);
    if (!FITS[model](sizes)) throw new RangeError(`outputs of ${sizes.join(', ')} numbers`);
  } catch (error) {
    throw new KioskError('face.model-mismatch', model, { cause: error });
  }
}
