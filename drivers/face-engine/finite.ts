import type { FaceModel, Tensor } from '../../src/contracts/face-engine.js';
import { KioskError } from '../../src/errors.js';

/** Passes outputs on that are numbers. @throws `face.engine-failed`: what is not a number would compare as "no match" */
export function finite(model: FaceModel, outputs: readonly Tensor[]): readonly Tensor[] {
  for (const { data } of outputs) {
    // Not by `every`, which makes an object of each of the detector's 26,520 numbers.
    for (let i = 0; i < data.length; i += 1) {
      if (!Number.isFinite(data[i])) throw new KioskError('face.engine-failed', `${model}: not a number`);
    }
  }
  return outputs;
}
