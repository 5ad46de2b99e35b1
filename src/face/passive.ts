import type { FaceEngine, Tensor } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import { ontoBox } from './affine.js';
import type { Box } from './geometry.js';
import { erase, type Raster } from './pixels.js';
import { sample } from './sample.js';
import { softmax } from './softmax.js';

const SIDE = 128;
/** The network looks at the face with its surroundings: 2.7 boxes, fewer where the picture ends. */
const AROUND = 2.7;
/** Index of 'live' in the network's output; the others are kinds of attack. */
const LIVE = 0;

/**
 * How live a face looks, 0…1: the passive signal (ISO/IEC 30107-3: presentation attack detection without asking anything of
 * the subject). Weak both ways: of live videos some get 0.06, of replays some 0.16.
 */
export async function passiveLiveness(engine: FaceEngine, raster: Raster, box: Box): Promise<number> {
  const picture = sample(raster, ontoBox(surroundings(raster, box), SIDE, SIDE), SIDE, SIDE);
  const size = SIDE * SIDE;
  const data = new Float32Array(3 * size);
  // The network expects blue first, as OpenCV reads pictures.
  for (let channel = 0; channel < 3; channel += 1) {
    data.set(picture.data.subarray((2 - channel) * size, (3 - channel) * size), channel * size);
  }
  erase(picture);
  const input: Tensor = { data, dims: [1, 3, SIDE, SIDE] };
  try {
    const [output] = await engine.run('liveness', input);
    if (!output) throw new KioskError('face.engine-failed', 'no liveness');
    return softmax(output.data)[LIVE] ?? 0;
  } finally {
    input.data.fill(0);
  }
}

/** The box enlarged about its centre as far as the picture allows, then moved inside it. */
function surroundings(raster: Raster, { x, y, width, height }: Box): Box {
  const scale = Math.min(AROUND, (raster.width - 1) / width, (raster.height - 1) / height);
  const [w, h] = [scale * width, scale * height];
  const inside = (from: number, length: number, limit: number): number => Math.min(Math.max(from, 0), limit - length);
  return {
    x: inside(x + (width - w) / 2, w, raster.width),
    y: inside(y + (height - h) / 2, h, raster.height),
    width: w,
    height: h,
  };
}
