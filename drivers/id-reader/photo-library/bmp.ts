import { KioskError } from '../../../src/errors.js';

export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue; rows from the top. The caller overwrites them. */
  readonly pixels: Uint8Array;
}

const MAGIC = 'BM';
const HEADERS_BYTES = 54;
const LARGEST = 1_024;
const CHANNELS = 3;

/** Whether the bytes begin like a Windows bitmap. */
export const isBmp = (bytes: Buffer): boolean => bytes.toString('latin1', 0, MAGIC.length) === MAGIC;

/**
 * Decodes a Windows bitmap, uncompressed and with 24 bits a pixel: BITMAPFILEHEADER and BITMAPINFOHEADER, rows padded to four
 * bytes, from the bottom unless the height is negative. What makers' libraries for resident cards write, and sharp cannot read.
 * @throws `document.photo-unreadable`
 */
export function decodeBmp(bytes: Buffer): Bitmap {
  if (!isBmp(bytes) || bytes.length < HEADERS_BYTES) throw unreadable('no header');
  const start = bytes.readUInt32LE(10);
  const width = bytes.readInt32LE(18);
  const signedHeight = bytes.readInt32LE(22);
  const height = Math.abs(signedHeight);
  if (width < 1 || width > LARGEST || height < 1 || height > LARGEST) throw unreadable('impossible size');
  if (bytes.readUInt16LE(28) !== 8 * CHANNELS || bytes.readUInt32LE(30) !== 0) throw unreadable('not 24 bits a pixel');
  const stride = Math.ceil((width * CHANNELS) / 4) * 4;
  if (start < HEADERS_BYTES || start + stride * height > bytes.length) throw unreadable('cut off');
  const pixels = new Uint8Array(width * height * CHANNELS);
  for (let y = 0; y < height; y += 1) {
    const from = start + stride * (signedHeight > 0 ? height - 1 - y : y);
    const row = pixels.subarray(y * width * CHANNELS, (y + 1) * width * CHANNELS);
    row.set(bytes.subarray(from, from + row.length));
    // Blue, green, red in the file.
    for (let x = 0; x < row.length; x += CHANNELS) [row[x], row[x + 2]] = [row[x + 2] ?? 0, row[x] ?? 0];
  }
  return { width, height, pixels };
}

const unreadable = (what: string): KioskError => new KioskError('document.photo-unreadable', `BMP: ${what}`);
