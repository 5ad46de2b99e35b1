import type { FaceModel, Tensor } from '../../src/contracts/face-engine.js';

const SHAPES: Readonly<Record<FaceModel, readonly number[]>> = {
  detect: [1, 3, 240, 320],
  landmark: [1, 1, 64, 64],
  feature: [1, 3, 112, 112],
  liveness: [1, 3, 128, 128],
  pose: [1, 3, 224, 224],
  eye: [1, 1, 24, 24],
};

/** An input of the right shape that shows nothing: the first run of a network is slow, and no customer should wait for it. */
export function blank(model: FaceModel): Tensor {
  const dims = SHAPES[model];
  return { data: new Float32Array(dims.reduce((a, b) => a * b)), dims };
}
