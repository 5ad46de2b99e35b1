import sharp from 'sharp';
import { KioskError } from '../errors.js';
import type { Raster } from './pixels.js';

// One picture at a time, nothing of it kept: libvips would hold decoded tiles of a customer in its cache.
sharp.cache(false);
sharp.concurrency(1);

const MOST_PIXELS = 40_000_000;
/** Shorter sides than this hold no face that could be compared. */
const LEAST_SIDE = 20;
const FORMATS: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif']);

/** A decoded picture and the size it had (upright) before it was scaled down. */
export interface Picture extends Raster {
  readonly fullWidth: number;
  readonly fullHeight: number;
}

export interface DecodeOptions {
  /** The longest side of the result at most, pixels; larger pictures are scaled down while they are decoded. */
  readonly longestSide: number;
}

/** Enough for the largest face network many times over, and for a face that is a tenth of the picture. */
export const STILL: DecodeOptions = { longestSide: 1600 };
export const FRAME: DecodeOptions = { longestSide: 1280 };

/**
 * Decodes JPEG, PNG, WebP, AVIF, GIF and TIFF to upright 8-bit RGB: EXIF orientation applied, gray, CMYK, 16-bit and
 * transparent pictures converted, the first picture of an animation. The header is judged before a pixel is decoded.
 * @throws `face.image-unreadable`, `face.image-too-large`, `face.no-face` (too few pixels to show one)
 */
export async function decode(bytes: Uint8Array, { longestSide }: DecodeOptions = STILL): Promise<Picture> {
  const { width, height, plain } = await header(bytes);
  try {
    let picture = sharp(bytes, { failOn: 'error', limitInputPixels: MOST_PIXELS, sequentialRead: true }).autoOrient();
    if (Math.max(width, height) > longestSide) {
      picture = picture.resize({ width: longestSide, height: longestSide, fit: 'inside' });
    }
    if (!plain) picture = picture.toColourspace('srgb').flatten({ background: '#808080' });
    const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new KioskError('face.image-unreadable', `${info.channels} channels`);
    return { width: info.width, height: info.height, data, fullWidth: width, fullHeight: height };
  } catch (error) {
    if (error instanceof KioskError) throw error;
    throw new KioskError('face.image-unreadable', undefined, { cause: error });
  }
}

interface Header {
  /** Upright. */
  readonly width: number;
  readonly height: number;
  /** 8-bit RGB as it stands, as cameras send it: nothing to convert, which saves a sixth of the time. */
  readonly plain: boolean;
}

async function header(bytes: Uint8Array): Promise<Header> {
  let claim;
  try {
    claim = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw new KioskError('face.image-unreadable', undefined, { cause: error });
  }
  const { format, space, depth, channels } = claim;
  const { width, height } = claim.autoOrient;
  if (!FORMATS.has(format)) throw new KioskError('face.image-unreadable', `format ${format}`);
  if (width * height > MOST_PIXELS) throw new KioskError('face.image-too-large', `${width}×${height}`);
  if (Math.min(width, height) < LEAST_SIDE) throw new KioskError('face.no-face', `${width}×${height}`);
  return { width, height, plain: space === 'srgb' && depth === 'uchar' && channels === 3 };
}
