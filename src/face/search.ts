import type { FaceEngine } from '../contracts/face-engine.js';
import { detect, detectorView, type Face } from './detect.js';
import type { Box } from './geometry.js';
import type { Raster } from './pixels.js';

/** The detector's view made larger or smaller about its centre: a face that fills the picture, or one that is tiny in it. */
const ZOOMS = [1.5, 0.6] as const;

/**
 * Every face of a still picture, which cannot be taken again: where a first look finds nobody, the picture is looked at
 * from farther away and closer up, and at the very last for faces the detector is less sure of.
 * @param lastResort least score of that last look; without it there is no such look
 * @param sought the looks go on until one shows such faces, and those count; when none does, the first that shows any
 */
export async function search(
  engine: FaceEngine,
  raster: Raster,
  lastResort?: number,
  sought: (face: Face) => boolean = () => true,
): Promise<Face[]> {
  const whole = detectorView(raster);
  const views = [whole, ...ZOOMS.map((zoom) => zoomed(whole, zoom))];
  const scores = lastResort === undefined ? [undefined] : [undefined, lastResort];
  let others: Face[] = [];
  for (const leastScore of scores) {
    for (const view of views) {
      const faces = await detect(engine, raster, { view, leastScore });
      const found = faces.filter(sought);
      if (found.length > 0) return found;
      if (others.length === 0) others = faces;
    }
  }
  return others;
}

function zoomed({ x, y, width, height }: Box, zoom: number): Box {
  return {
    x: x + ((1 - zoom) * width) / 2,
    y: y + ((1 - zoom) * height) / 2,
    width: zoom * width,
    height: zoom * height,
  };
}
