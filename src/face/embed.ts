import type { FaceEngine } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import { align, type View } from './align.js';
import type { FivePoints } from './landmarks.js';
import { networkInput } from './input.js';
import { erase, type Planes, type Raster } from './pixels.js';

/** A face as a direction: of length 1; 512 numbers in the shipped set. Personal data; overwrite when done. */
export type Template = Float32Array;

/** Views whose average is steadier than one: worth five runs for the one small, compressed photograph of a document. */
const STILL_VIEWS: readonly View[] = [
  { scale: 1, dx: 0, dy: 0 },
  { scale: 1.04, dx: 1, dy: 1 },
  { scale: 1.04, dx: -1, dy: -1 },
  { scale: 0.96, dx: 1, dy: -1 },
  { scale: 0.96, dx: -1, dy: 1 },
];

/** @throws `face.engine-failed` when the vector has no direction */
export function unit(vector: Float32Array): Template {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  if (!Number.isFinite(length) || length === 0)
    throw new KioskError('face.engine-failed', 'embedding has no direction');
  return vector.map((x) => x / length);
}

/** Template of one aligned face. */
export async function embed(engine: FaceEngine, aligned: Planes): Promise<Template> {
  const input = networkInput({ ...aligned, data: aligned.data.slice() }, engine.uses.feature);
  try {
    const [output] = await engine.run('feature', input);
    if (!output) throw new KioskError('face.engine-failed', 'no embedding');
    const template = unit(output.data);
    output.data.fill(0);
    return template;
  } finally {
    input.data.fill(0);
  }
}

/** Template of a face in a still picture: the average over five slightly shifted and scaled views. */
export async function embedStill(engine: FaceEngine, raster: Raster, five: FivePoints): Promise<Template> {
  let sum = new Float32Array();
  for (const view of STILL_VIEWS) {
    const aligned = align(raster, five, view);
    const template = await embed(engine, aligned);
    if (sum.length === 0) sum = new Float32Array(template.length);
    template.forEach((x, i) => (sum[i] = (sum[i] ?? 0) + x));
    template.fill(0);
    erase(aligned);
  }
  const mean = unit(sum);
  sum.fill(0);
  return mean;
}
