import type { FaceEngine, FaceModel, NetworkInput, Tensor } from '../contracts/face-engine.js';
import { ontoBox } from './affine.js';
import type { Box } from './geometry.js';
import { networkInput } from './input.js';
import { borrow, giveBack } from './memory.js';
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

/** What a network says of a part of a picture. @throws `face.engine-failed` */
export async function askAbout(
  engine: FaceEngine,
  model: FaceModel,
  use: NetworkInput,
  raster: Raster,
  part: Box,
): Promise<readonly Tensor[]> {
  const { width, height } = use;
  const memory = borrow(3 * width * height);
  try {
    return await ask(engine, model, use, sample(raster, ontoBox(part, width, height), width, height, memory));
  } finally {
    giveBack(memory);
  }
}

/** As {@link ask}, of a picture that stays as it is. */
export async function askCopy(
  engine: FaceEngine,
  model: FaceModel,
  use: NetworkInput,
  picture: Planes,
): Promise<readonly Tensor[]> {
  const memory = borrow(picture.data.length);
  memory.set(picture.data);
  try {
    return await ask(engine, model, use, { ...picture, data: memory });
  } finally {
    giveBack(memory);
  }
}
