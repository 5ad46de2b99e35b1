import type { FaceEngine, ModelUses } from '../contracts/face-engine.js';
import { askAbout } from './ask.js';
import { type Box, suppress } from './geometry.js';
import type { Raster } from './pixels.js';

/** A face found in a picture; the box may reach over its edges. Pixels. */
export interface Face extends Box {
  readonly score: number;
}

/**
 * The part of the plane the detector looks at: the picture, widened to 4:3 when it stands upright, since squeezing
 * a portrait into a landscape input costs faces (19 missed of 7,701 without, 6 with).
 */
export function detectorView({ width, height }: { readonly width: number; readonly height: number }): Box {
  if (width >= height) return { x: 0, y: 0, width, height };
  const wide = (height * 4) / 3;
  return { x: (width - wide) / 2, y: 0, width: wide, height };
}

/** @param boxes corners, 0…1 of `view` @param scores pairs of background, face */
export function facesOf(
  scores: Float32Array,
  boxes: Float32Array,
  view: Box,
  { leastScore, sameFaceIou }: Pick<ModelUses['detect'], 'leastScore' | 'sameFaceIou'>,
): Face[] {
  const found: Face[] = [];
  for (let i = 0; i < scores.length / 2; i += 1) {
    const score = scores[2 * i + 1] ?? 0;
    if (score < leastScore) continue;
    const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(4 * i, 4 * i + 4);
    if (right <= left || bottom <= top) continue;
    found.push({
      x: view.x + left * view.width,
      y: view.y + top * view.height,
      width: (right - left) * view.width,
      height: (bottom - top) * view.height,
      score,
    });
  }
  return suppress(found, sameFaceIou);
}

export interface DetectOptions {
  /** The part of the plane to look at; the whole picture when left out. */
  readonly view?: Box;
  /** In place of the model set's own. */
  readonly leastScore?: number | undefined;
}

/** Every face of a picture, best score first. */
export async function detect(engine: FaceEngine, raster: Raster, options: DetectOptions = {}): Promise<Face[]> {
  const use = engine.uses.detect;
  const { view = detectorView(raster), leastScore = use.leastScore } = options;
  const [scores, boxes] = await askAbout(engine, 'detect', use, raster, view);
  return scores && boxes ? facesOf(scores.data, boxes.data, view, { ...use, leastScore }) : [];
}
