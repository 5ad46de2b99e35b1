import type { Box } from './geometry.js';
import type { Raster } from './pixels.js';

/** A part of a picture at a fraction of its size, and where its upper left corner lies in the picture. */
export interface Reduced {
  readonly raster: Raster;
  readonly x: number;
  readonly y: number;
}

/**
 * The part of a picture around `region`, each pixel the mean of `factor` × `factor`. The four neighbours that
 * interpolation takes of a picture much too large are a random choice of its pixels: hair and wrinkles alias.
 */
export function reduce(picture: Raster, region: Box, factor: number): Reduced {
  const left = Math.max(0, Math.floor(region.x));
  const top = Math.max(0, Math.floor(region.y));
  const right = Math.min(picture.width, Math.ceil(region.x + region.width));
  const bottom = Math.min(picture.height, Math.ceil(region.y + region.height));
  const width = Math.max(0, Math.floor((right - left) / factor));
  const height = Math.max(0, Math.floor((bottom - top) / factor));
  const data = new Uint8Array(3 * width * height);
  const sums = new Uint32Array(3 * width);
  const count = factor * factor;
  for (let y = 0; y < height; y += 1) {
    sums.fill(0);
    for (let row = 0; row < factor; row += 1) {
      let from = 3 * ((top + y * factor + row) * picture.width + left);
      for (let at = 0; at < sums.length; at += 3) {
        for (let column = 0; column < factor; column += 1, from += 3) {
          sums[at] = (sums[at] ?? 0) + (picture.data[from] ?? 0);
          sums[at + 1] = (sums[at + 1] ?? 0) + (picture.data[from + 1] ?? 0);
          sums[at + 2] = (sums[at + 2] ?? 0) + (picture.data[from + 2] ?? 0);
        }
      }
    }
    const start = 3 * width * y;
    for (let at = 0; at < sums.length; at += 1) data[start + at] = Math.round((sums[at] ?? 0) / count);
  }
  sums.fill(0);
  return { raster: { width, height, data }, x: left, y: top };
}
