import type { FaceEngine } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import { askAbout } from './ask.js';
import type { Box } from './geometry.js';
import type { Raster } from './pixels.js';

/**
 * Attitude of a head, degrees, 0 when it faces the camera: `yaw` grows when it turns to its own left, `pitch` when it
 * looks up, `roll` when it leans to its own left.
 */
export interface HeadPose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

/** Around the box on each side, so that the whole head is seen. */
const MARGIN = 0.25;
/** An angle is the expectation over 66 bins of 3° from −99° on (Ruiz et al. 2018, Hopenet). */
const BIN = 3;
const FIRST = -99;
const FACING: HeadPose = { yaw: 0, pitch: 0, roll: 0 };

/** What the pose network sees of a head; one that faces the camera when the set has none. @throws `face.engine-failed` */
export async function headPose(engine: FaceEngine, raster: Raster, box: Box): Promise<HeadPose> {
  const use = engine.uses.pose;
  if (!use) return FACING;
  const around = {
    x: box.x - MARGIN * box.width,
    y: box.y - MARGIN * box.height,
    width: (1 + 2 * MARGIN) * box.width,
    height: (1 + 2 * MARGIN) * box.height,
  };
  const [yaw, pitch, roll] = await askAbout(engine, 'pose', use, raster, around);
  if (!yaw || !pitch || !roll) throw new KioskError('face.engine-failed', 'no pose');
  return { yaw: -angle(yaw.data), pitch: angle(pitch.data), roll: angle(roll.data) };
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
