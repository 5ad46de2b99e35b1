import type { FaceEngine, NetworkInput } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import { askAbout } from './ask.js';
import { type Box, distance, meanPoint, type Point } from './geometry.js';
import type { Raster } from './pixels.js';
import { softmax } from './softmax.js';

/** The square that the network sees, in widths of the eye. */
const AROUND = 1.6;
/** One look at an eye says little: the mean over a few. Widths of the eye. */
const VIEWS: readonly { readonly dy: number; readonly scale: number }[] = [
  { dy: 0, scale: 1 },
  { dy: 0.1, scale: 1 },
  { dy: -0.1, scale: 1 },
  { dy: 0.05, scale: 1.15 },
  { dy: 0.05, scale: 0.88 },
];
/** iBUG order: outer and inner corner or the reverse are the first and fourth point of each eye. */
const RIGHT = 36;
const LEFT = 42;

/** How open the two eyes are, 0…1 each, as the eye network sees them; open when the set has none. @param points 68, iBUG order */
export async function eyesOpen(
  engine: FaceEngine,
  raster: Raster,
  points: readonly Point[],
): Promise<{ readonly right: number; readonly left: number }> {
  const use = engine.uses.eye;
  if (!use) return { right: 1, left: 1 };
  const eye = (first: number): Promise<number> => open(engine, use, raster, points.slice(first, first + 6));
  return { right: await eye(RIGHT), left: await eye(LEFT) };
}

async function open(engine: FaceEngine, use: NetworkInput, raster: Raster, eye: readonly Point[]): Promise<number> {
  const wide = distance(eye[0] ?? { x: 0, y: 0 }, eye[3] ?? { x: 0, y: 0 });
  const { x, y } = meanPoint(eye);
  let sum = 0;
  for (const { dy, scale } of VIEWS) {
    const side = Math.max(AROUND * scale * wide, 2);
    sum += await openIn(engine, use, raster, {
      x: x - side / 2,
      y: y + dy * wide - side / 2,
      width: side,
      height: side,
    });
  }
  return sum / VIEWS.length;
}

async function openIn(engine: FaceEngine, use: NetworkInput, raster: Raster, box: Box): Promise<number> {
  const [output] = await askAbout(engine, 'eye', use, raster, box);
  if (!output) throw new KioskError('face.engine-failed', 'no eye');
  return softmax(output.data)[OPEN] ?? 0;
}

/** Index of 'open' in the network's output. */
const OPEN = 1;
