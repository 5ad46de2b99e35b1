import sharp from 'sharp';
import { HEIGHT, WIDTH } from './sitter.js';

const WALL = { width: WIDTH, height: HEIGHT, channels: 3, background: '#7d8286' } as const;

/** Nobody in front of the camera. JPEG. */
export function emptyRoom(): Promise<Uint8Array> {
  return sharp({ create: WALL }).jpeg({ quality: 80 }).toBuffer();
}

/** The wall that a picture held up is seen against. RGB, for the caller to draw over. */
export async function wall(): Promise<{ readonly width: number; readonly height: number; readonly data: Buffer }> {
  return { width: WIDTH, height: HEIGHT, data: await sharp({ create: WALL }).raw().toBuffer() };
}
