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
  const { data: source } = picture;
  const data = new Uint8Array(3 * width * height);
  const stride = 3 * picture.width;
  const count = factor * factor;
  const half = count / 2;
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 3) {
      let from = (top + y * factor) * stride + 3 * (left + x * factor);
      // Half a pixel's worth first: what is stored is cut off to whole numbers.
      let [red, green, blue] = [half, half, half];
      for (let row = 0; row < factor; row += 1, from += stride - 3 * factor) {
        for (let column = 0; column < factor; column += 1, from += 3) {
          red += source[from] ?? 0;
          green += source[from + 1] ?? 0;
          blue += source[from + 2] ?? 0;
        }
      }
      data[at] = red / count;
      data[at + 1] = green / count;
      data[at + 2] = blue / count;
    }
  }
  return { raster: { width, height, data }, x: left, y: top };
}
