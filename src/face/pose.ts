import type { FaceEngine, Tensor } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import { ontoBox } from './affine.js';
import type { Box } from './geometry.js';
import { erase, type Planes, type Raster } from './pixels.js';
import { sample } from './sample.js';

/**
 * Attitude of a head, degrees, 0 when it faces the camera: `yaw` grows when it turns to its own left, `pitch` when it
 * looks up, `roll` when it leans to its own left.
 */
export interface HeadPose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

const SIDE = 224;
/** Around the box on each side, so that the whole head is seen. */
const MARGIN = 0.25;
/** Mean and standard deviation of ImageNet's channels, of pixels 0…1. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;
/** An angle is the expectation over 66 bins of 3° from −99° on (Ruiz et al. 2018, Hopenet). */
const BIN = 3;
const FIRST = -99;

/** What the pose network sees of a head. @throws `face.engine-failed` */
export async function headPose(engine: FaceEngine, raster: Raster, box: Box): Promise<HeadPose> {
  const around = {
    x: box.x - MARGIN * box.width,
    y: box.y - MARGIN * box.height,
    width: (1 + 2 * MARGIN) * box.width,
    height: (1 + 2 * MARGIN) * box.height,
  };
  const picture = sample(raster, ontoBox(around, SIDE, SIDE), SIDE, SIDE);
  const input: Tensor = { data: standardised(picture), dims: [1, 3, SIDE, SIDE] };
  erase(picture);
  try {
    const [yaw, pitch, roll] = await engine.run('pose', input);
    if (!yaw || !pitch || !roll) throw new KioskError('face.engine-failed', 'no pose');
    return { yaw: -angle(yaw.data), pitch: angle(pitch.data), roll: angle(roll.data) };
  } finally {
    input.data.fill(0);
  }
}

/** Expectation of an angle over the softmax of its bins, degrees. */
export function angle(bins: Float32Array): number {
  const highest = bins.reduce((a, b) => Math.max(a, b), -Infinity);
  let [sum, weighted] = [0, 0];
  bins.forEach((value, i) => {
    const weight = Math.exp(value - highest);
    sum += weight;
    weighted += weight * i;
  });
  return (weighted / sum) * BIN + FIRST;
}

function standardised({ width, height, data }: Planes): Float32Array {
  const size = width * height;
  const out = new Float32Array(3 * size);
  for (let channel = 0; channel < 3; channel += 1) {
    const [mean, deviation] = [255 * (MEAN[channel] ?? 0), 255 * (DEVIATION[channel] ?? 1)];
    for (let i = channel * size; i < (channel + 1) * size; i += 1) out[i] = ((data[i] ?? 0) - mean) / deviation;
  }
  return out;
}
