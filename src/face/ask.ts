import type { FaceEngine, FaceModel, NetworkInput, Tensor } from '../contracts/face-engine.js';
import { ontoBox } from './affine.js';
import type { Box } from './geometry.js';
import { networkInput } from './input.js';
import type { Planes, Raster } from './pixels.js';
import { sample } from './sample.js';

/** What a network says of a picture of its size, which is used up and overwritten. @throws `face.engine-failed` */
export async function ask(
  engine: FaceEngine,
  model: FaceModel,
  use: NetworkInput,
  picture: Planes,
): Promise<readonly Tensor[]> {
  const input = networkInput(picture, use);
  try {
    return await engine.run(model, input);
  } finally {
    input.data.fill(0);
  }
}

/** Memory of inputs, all zero, to be used again: new memory for each frame would wait long to be collected. */
const spare = new Map<number, Float32Array<ArrayBuffer>>();

/** What a network says of a part of a picture. @throws `face.engine-failed` */
export async function askAbout(
  engine: FaceEngine,
  model: FaceModel,
  use: NetworkInput,
  raster: Raster,
  part: Box,
): Promise<readonly Tensor[]> {
  const { width, height } = use;
  const size = 3 * width * height;
  const memory = spare.get(size) ?? new Float32Array(size);
  spare.delete(size);
  try {
    return await ask(engine, model, use, sample(raster, ontoBox(part, width, height), width, height, memory));
  } finally {
    spare.set(size, memory);
  }
}
