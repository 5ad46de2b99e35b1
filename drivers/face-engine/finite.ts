import type { FaceModel, Tensor } from '../../src/contracts/face-engine.js';
import { KioskError } from '../../src/errors.js';

/** Passes outputs on that are numbers. @throws `face.engine-failed`: what is not a number would compare as "no match" */
export function finite(model: FaceModel, outputs: readonly Tensor[]): readonly Tensor[] {
  for (const { data } of outputs) {
    if (!data.every(Number.isFinite)) throw new KioskError('face.engine-failed', `${model}: not a number`);
  }
  return outputs;
}
