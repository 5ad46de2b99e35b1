import { type Affine, similarity } from './affine.js';
import type { Point } from './geometry.js';
import type { FivePoints } from './landmarks.js';
import type { Planes, Raster } from './pixels.js';
import { sample } from './sample.js';

const ALIGNED_SIDE = 112;

/** Where the five points lie in an aligned face (`arcface-112` in models/manifest.json). */
const TEMPLATE: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

/** A small change of the view: scale about the centre, then shift. Pixels of the aligned face. */
export interface View {
  readonly scale: number;
  readonly dx: number;
  readonly dy: number;
}

const AS_IS: View = { scale: 1, dx: 0, dy: 0 };

/** Maps pixels of the aligned face into the picture. */
export function alignment(five: FivePoints, view: View = AS_IS): Affine {
  const centre = (ALIGNED_SIDE - 1) / 2;
  const target = TEMPLATE.map(({ x, y }) => ({
    x: centre + (x - centre) * view.scale + view.dx,
    y: centre + (y - centre) * view.scale + view.dy,
  }));
  return similarity(target, [five.rightEye, five.leftEye, five.nose, five.mouthRight, five.mouthLeft]);
}

/** The face turned upright and brought to size, 112×112. */
export function align(raster: Raster, five: FivePoints, view?: View): Planes {
  return sample(raster, alignment(five, view), ALIGNED_SIDE, ALIGNED_SIDE);
}
