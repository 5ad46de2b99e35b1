import type { Light } from './ofiq.js';
import { gray, release, type Planes } from './pixels.js';

/** The face inside its aligned square of 112: an ellipse from the brows to the chin. */
const FACE = { x: 56, y: 64, a: 38, b: 46 } as const;
/** Squares of the cheeks, 0.3 of the distance between the eyes wide, half-way from the eyes to the mouth. */
const CHEEK = { side: 11, y: 66, right: 33, left: 68 } as const;
const DARK = 25;
const BRIGHT = 247;
/** OFIQ counts 256 of them, in a picture of five times the width. */
const CHEEK_BINS = 32;

/** @param aligned the face as `align` draws it, 112×112 */
export function lightOf(aligned: Planes): Light {
  const luma = gray(aligned);
  try {
    return { ...exposure(luma), even: evenness(luma), sharpness: sharpness(luma) };
  } finally {
    release(luma);
  }
}

function exposure({ width, height, data }: Planes): Pick<Light, 'mean' | 'dark' | 'bright' | 'entropy'> {
  const histogram = new Float64Array(256);
  let [count, sum, dark, bright] = [0, 0, 0, 0];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (((x - FACE.x) / FACE.a) ** 2 + ((y - FACE.y) / FACE.b) ** 2 > 1) continue;
      const value = Math.min(255, Math.max(0, Math.round(data[y * width + x] ?? 0)));
      histogram[value] = (histogram[value] ?? 0) + 1;
      count += 1;
      sum += value;
      if (value <= DARK) dark += 1;
      if (value >= BRIGHT) bright += 1;
    }
  }
  const entropy = histogram.reduce((bits, n) => (n > 0 ? bits - (n / count) * Math.log2(n / count) : bits), 0);
  return { mean: sum / count / 255, dark: dark / count, bright: bright / count, entropy };
}

function evenness(luma: Planes): number {
  const [right, left] = [cheek(luma, CHEEK.right), cheek(luma, CHEEK.left)];
  return right.reduce((sum, share, bin) => sum + Math.min(share, left[bin] ?? 0), 0);
}

function cheek({ width, data }: Planes, left: number): Float64Array {
  const histogram = new Float64Array(CHEEK_BINS);
  for (let y = CHEEK.y; y < CHEEK.y + CHEEK.side; y += 1) {
    for (let x = left; x < left + CHEEK.side; x += 1) {
      const bin = Math.min(CHEEK_BINS - 1, Math.max(0, Math.floor(((data[y * width + x] ?? 0) * CHEEK_BINS) / 256)));
      histogram[bin] = (histogram[bin] ?? 0) + 1 / CHEEK.side ** 2;
    }
  }
  return histogram;
}

function sharpness({ width, height, data }: Planes): number {
  let [sum, squares, edges, count] = [0, 0, 0, 0];
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const i = y * width + x;
      const here = data[i] ?? 0;
      const around =
        (data[i - 1] ?? 0) + (data[i + 1] ?? 0) + (data[i - width] ?? 0) + (data[i + width] ?? 0) - 4 * here;
      sum += here;
      squares += here * here;
      edges += around * around;
      count += 1;
    }
  }
  const mean = sum / count;
  const contrast = Math.sqrt(Math.max(squares / count - mean * mean, 1));
  return Math.sqrt(edges / count) / contrast;
}
