import sharp from 'sharp';
import { erase, type Raster } from './pixels.js';

/** Edge of a JPEG block, pixels, and the steps in which its grid is shifted. */
const BLOCK = 8;
const STEP = 2;
const QUALITY = 55;

/**
 * A small, strongly compressed picture without its block edges and ringing: it is compressed again on every shifted grid
 * of blocks and the results are averaged, so that what the grid has made is averaged away and what the face has stays
 * (re-application of JPEG: Nosratinia 2001, "Enhancement of JPEG-compressed images by re-application of JPEG").
 */
export async function deblock({ data, width, height }: Raster): Promise<Raster> {
  const sums = new Uint32Array(data.length);
  let count = 0;
  for (let top = 0; top < BLOCK; top += STEP) {
    for (let left = 0; left < BLOCK; left += STEP) {
      const again = await sharp(data, { raw: { width, height, channels: 3 } })
        .extend({ left, top, right: BLOCK - left, bottom: BLOCK - top, extendWith: 'copy' })
        .jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' })
        .toBuffer();
      const pixels = await sharp(again).extract({ left, top, width, height }).raw().toBuffer();
      for (let i = 0; i < sums.length; i += 1) sums[i] = (sums[i] ?? 0) + (pixels[i] ?? 0);
      again.fill(0);
      erase({ data: pixels, width, height });
      count += 1;
    }
  }
  const mean = Uint8Array.from(sums, (sum) => Math.round(sum / count));
  sums.fill(0);
  return { width, height, data: mean };
}
