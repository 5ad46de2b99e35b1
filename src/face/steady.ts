import type { FaceEngine } from '../contracts/face-engine.js';
import type { Box, Point } from './geometry.js';
import { landmarks } from './landmarks.js';
import type { Raster } from './pixels.js';

/** Shifts and scale of the box, in parts of it. */
const JITTER: readonly { readonly dx: number; readonly dy: number; readonly scale: number }[] = [
  { dx: 0, dy: 0, scale: 1 },
  { dx: 0.03, dy: 0, scale: 1 },
  { dx: -0.03, dy: 0, scale: 1 },
  { dx: 0, dy: 0.03, scale: 1 },
  { dx: 0, dy: -0.03, scale: 1 },
  { dx: 0, dy: 0, scale: 1.06 },
  { dx: 0, dy: 0, scale: 0.95 },
];

/** The 68 points, averaged over seven shifted and scaled boxes: steady enough to measure small changes of shape. */
export async function steadyLandmarks(engine: FaceEngine, raster: Raster, box: Box): Promise<Point[]> {
  const sums: { x: number; y: number }[] = [];
  for (const { dx, dy, scale } of JITTER) {
    const [width, height] = [scale * box.width, scale * box.height];
    const x = box.x + dx * box.width + (box.width - width) / 2;
    const y = box.y + dy * box.height + (box.height - height) / 2;
    for (const [i, point] of (await landmarks(engine, raster, { x, y, width, height })).entries()) {
      const sum = (sums[i] ??= { x: 0, y: 0 });
      sum.x += point.x / JITTER.length;
      sum.y += point.y / JITTER.length;
    }
  }
  return sums;
}
