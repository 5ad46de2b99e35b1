import type { Affine } from './affine.js';
import type { Planes, Raster } from './pixels.js';

/**
 * Draws a `width`×`height` picture whose pixel (x, y) is taken from `raster` at `map`(x, y), bilinear; black outside.
 * Resizing, cropping, padding and aligning are all this one function with another map.
 */
export function sample(raster: Raster, map: Affine, width: number, height: number): Planes {
  const size = width * height;
  const out = new Float32Array(3 * size);
  const { data, width: w, height: h } = raster;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const sx = map.a * x + map.b * y + map.tx;
      const sy = map.c * x + map.d * y + map.ty;
      if (sx <= -1 || sy <= -1 || sx >= w || sy >= h) continue;
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      const fx = sx - x0;
      const fy = sy - y0;
      const left = Math.max(x0, 0);
      const right = Math.min(x0 + 1, w - 1);
      const upper = Math.max(y0, 0) * w;
      const lower = Math.min(y0 + 1, h - 1) * w;
      const at = y * width + x;
      for (let channel = 0; channel < 3; channel += 1) {
        const top =
          (data[(upper + left) * 3 + channel] ?? 0) * (1 - fx) + (data[(upper + right) * 3 + channel] ?? 0) * fx;
        const bottom =
          (data[(lower + left) * 3 + channel] ?? 0) * (1 - fx) + (data[(lower + right) * 3 + channel] ?? 0) * fx;
        out[channel * size + at] = top * (1 - fy) + bottom * fy;
      }
    }
  }
  return { width, height, data: out };
}
