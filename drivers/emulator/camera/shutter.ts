import sharp from 'sharp';
import type { Bitmap } from './mesh.js';

/** Standard deviation of the grain, 0…255. */
const GRAIN = 5;
/** As many random values as a line of pictures needs twice over: longer ones would only cost memory. */
const STOCK = 65_536;

/** A picture as a camera takes it: grain, light and compression differ from one to the next. JPEG. Uses up the bitmap. */
export async function expose(picture: Bitmap, random: () => number): Promise<Uint8Array> {
  const about = (middle: number, spread: number): number => middle + (random() * 2 - 1) * spread;
  const { width, height, data } = picture;
  const [gain, offset] = [about(1, 0.06), about(0, 6)];
  const noise = grain();
  let at = Math.floor(random() * STOCK);
  for (let i = 0; i < data.length; i += 1) {
    at = (at + 1) % STOCK;
    const value = (data[i] ?? 0) * gain + offset + (noise[at] ?? 0);
    data[i] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: Math.round(about(84, 6)) })
    .toBuffer();
}

let stock: Float32Array | undefined;

/** Normally distributed (sum of uniform values); the same for all pictures, begun at another place each time. */
function grain(): Float32Array {
  stock ??= Float32Array.from({ length: STOCK }, () => {
    let sum = -2;
    for (let i = 0; i < 4; i += 1) sum += Math.random();
    return sum * GRAIN * Math.sqrt(3);
  });
  return stock;
}
