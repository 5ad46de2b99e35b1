import { type Affine, apply, similarity } from './affine.js';
import type { Point } from './geometry.js';
import type { FivePoints } from './landmarks.js';
import { borrow } from './memory.js';
import { erase, type Planes, type Raster } from './pixels.js';
import { reduce } from './reduce.js';
import { sample } from './sample.js';

const ALIGNED_SIDE = 112;

/** Where the five points lie in an aligned face (`arcface-112` in models/manifest.json). */
export const TEMPLATE: readonly Point[] = [
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

/** A face and where its points lie, in a picture that is not much larger than the aligned face. */
export interface CloseUp {
  readonly raster: Raster;
  readonly five: FivePoints;
}

/** Around the aligned face, so that every view of it lies inside. */
const MARGIN = 8;

/**
 * The face of a picture in which it is at most twice as large as it will be aligned, for the caller to erase; undefined
 * when it is not larger in the picture itself.
 */
export function closeUp(picture: Raster, five: FivePoints): CloseUp | undefined {
  const map = alignment(five);
  const factor = Math.floor(Math.hypot(map.a, map.c));
  if (factor < 2) return undefined;
  const [near, far] = [-MARGIN, ALIGNED_SIDE + MARGIN];
  const corners = [
    { x: near, y: near },
    { x: far, y: near },
    { x: near, y: far },
    { x: far, y: far },
  ].map((corner) => apply(map, corner));
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const part = reduce(picture, { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }, factor);
  // Pixel centres lie at half positions.
  const move = (at: number, start: number): number => (at - start + 0.5) / factor - 0.5;
  const place = (point: Point): Point => ({ x: move(point.x, part.x), y: move(point.y, part.y) });
  return {
    raster: part.raster,
    five: {
      rightEye: place(five.rightEye),
      leftEye: place(five.leftEye),
      nose: place(five.nose),
      mouthRight: place(five.mouthRight),
      mouthLeft: place(five.mouthLeft),
    },
  };
}

/** The face turned upright and brought to size, 112×112; to be released. */
export function align(picture: Raster, five: FivePoints, view?: View): Planes {
  const close = closeUp(picture, five);
  const from = close ?? { raster: picture, five };
  const memory = borrow(3 * ALIGNED_SIDE ** 2);
  const aligned = sample(from.raster, alignment(from.five, view), ALIGNED_SIDE, ALIGNED_SIDE, memory);
  if (close) erase(close.raster);
  return aligned;
}
