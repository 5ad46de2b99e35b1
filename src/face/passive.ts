import type { FaceEngine } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import { askAbout } from './ask.js';
import type { Box } from './geometry.js';
import type { Raster } from './pixels.js';
import { softmax } from './softmax.js';

/** The network looks at the face with its surroundings: 2.7 boxes, fewer where the picture ends. */
const AROUND = 2.7;
/** Index of 'live' in the network's output; the others are kinds of attack. */
const LIVE = 0;

/**
 * How live a face looks, 0…1, if the set can say: the passive signal (ISO/IEC 30107-3: presentation attack detection without asking anything of
 * the subject). Weak both ways: of live videos some get 0.06, of replays some 0.16.
 */
export async function passiveLiveness(engine: FaceEngine, raster: Raster, box: Box): Promise<number | undefined> {
  const use = engine.uses.liveness;
  if (!use) return undefined;
  const [output] = await askAbout(engine, 'liveness', use, raster, surroundings(raster, box));
  if (!output) throw new KioskError('face.engine-failed', 'no liveness');
  return softmax(output.data)[LIVE] ?? 0;
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
