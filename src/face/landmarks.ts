import type { FaceEngine } from '../contracts/face-engine.js';
import { ontoBox } from './affine.js';
import { ask } from './ask.js';
import { type Box, meanPoint, type Point } from './geometry.js';
import type { Planes, Raster } from './pixels.js';
import { sample } from './sample.js';

/** Centre of the right eye (left in the picture), of the left eye, tip of the nose, corners of the mouth. Pixels. */
export interface FivePoints {
  readonly rightEye: Point;
  readonly leftEye: Point;
  readonly nose: Point;
  readonly mouthRight: Point;
  readonly mouthLeft: Point;
}

/** The 68 points of the iBUG 300-W scheme, in pixels of the picture. */
export async function landmarks(engine: FaceEngine, raster: Raster, box: Box): Promise<Point[]> {
  const { width, height } = engine.uses.landmark;
  const points = await pointsOf(engine, sample(raster, ontoBox(box, width, height), width, height));
  return points.map(({ x, y }) => ({ x: box.x + x * box.width, y: box.y + y * box.height }));
}

/** The 68 points in a picture of the network's size, which is used up; 0…1 of its width and height. */
export async function pointsOf(engine: FaceEngine, picture: Planes): Promise<Point[]> {
  const [output] = await ask(engine, 'landmark', engine.uses.landmark, picture);
  const points: Point[] = [];
  for (let i = 0; output && i < output.data.length; i += 2) {
    points.push({ x: output.data[i] ?? 0, y: output.data[i + 1] ?? 0 });
  }
  return points;
}

/** @param points 68, iBUG order: eyes are 36…41 and 42…47, tip of the nose 30, corners of the mouth 48 and 54 */
export function fivePoints(points: readonly Point[]): FivePoints {
  const at = (i: number): Point => points[i] ?? { x: 0, y: 0 };
  return {
    rightEye: meanPoint(points.slice(36, 42)),
    leftEye: meanPoint(points.slice(42, 48)),
    nose: at(30),
    mouthRight: at(48),
    mouthLeft: at(54),
  };
}
