import type { FaceEngine } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import { askCopy } from './ask.js';
import { align, closeUp, type View } from './align.js';
import type { FivePoints } from './landmarks.js';
import { erase, release, type Planes, type Raster } from './pixels.js';

/** A face as a direction: of length 1; 512 numbers in the shipped set. Personal data; overwrite when done. */
export type Template = Float32Array;

/**
 * Views whose average is steadier than one: worth nine runs for the one photograph of a document, unless the model set
 * says otherwise. The shifts are those of the network's first strides; fewer views or smaller shifts do less, more or
 * turned ones no more (measured).
 */
export const STILL_VIEWS: readonly View[] = [
  { scale: 1, dx: 0, dy: 0 },
  { scale: 1.05, dx: 2, dy: 0 },
  { scale: 1.05, dx: -2, dy: 0 },
  { scale: 1.05, dx: 0, dy: 2 },
  { scale: 1.05, dx: 0, dy: -2 },
  { scale: 0.95, dx: 1.5, dy: 1.5 },
  { scale: 0.95, dx: -1.5, dy: -1.5 },
  { scale: 0.95, dx: 1.5, dy: -1.5 },
  { scale: 0.95, dx: -1.5, dy: 1.5 },
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
  const [output] = await askCopy(engine, 'feature', engine.uses.feature, aligned);
  if (!output) throw new KioskError('face.engine-failed', 'no embedding');
  const template = unit(output.data);
  output.data.fill(0);
  return template;
}

/**
 * Template of a face in a still picture: the average over slightly shifted and scaled views.
 * @param versions of the picture, all averaged: as it is, restored
 */
export async function embedStill(engine: FaceEngine, versions: readonly Raster[], five: FivePoints): Promise<Template> {
  const templates: Template[] = [];
  for (const picture of versions) {
    const close = closeUp(picture, five);
    const from = close ?? { raster: picture, five };
    try {
      for (const view of STILL_VIEWS.slice(0, engine.uses.feature.stillViews)) {
        const aligned = align(from.raster, from.five, view);
        templates.push(await embed(engine, aligned));
        release(aligned);
      }
    } finally {
      if (close) erase(close.raster);
    }
  }
  const sum = new Float32Array(templates[0]?.length ?? 0);
  for (const template of templates) {
    template.forEach((x, i) => (sum[i] = (sum[i] ?? 0) + x));
    template.fill(0);
  }
  const mean = unit(sum);
  sum.fill(0);
  return mean;
}
