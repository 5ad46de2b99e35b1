import { zero } from '../lib/malloc.js';
import { borrow, giveBack } from './memory.js';

/** A decoded picture: RGB, 8 bits a channel, interleaved, upright. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Float pixels in planes (all red, all green, all blue), 0…255: what the networks are fed after scaling. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array<ArrayBuffer>;
}

/** ITU-R BT.601 luma of RGB planes, one plane; to be released. */
export function gray({ width, height, data }: Planes): Planes {
  const size = width * height;
  const out = borrow(size);
  for (let i = 0; i < size; i += 1) {
    out[i] = 0.299 * (data[i] ?? 0) + 0.587 * (data[i + size] ?? 0) + 0.114 * (data[i + 2 * size] ?? 0);
  }
  return { width, height, data: out };
}

/** Overwrites pixels that show a person. */
export function erase(...pictures: readonly (Raster | Planes)[]): void {
  for (const { data } of pictures) zero(data);
}

/** Overwrites pixels that show a person and that nobody has any more: their memory is used again. */
export function release({ data }: Planes): void {
  giveBack(data);
}
