import sharp from 'sharp';
import { KioskError } from '../../src/errors.js';
import type { FaceFinder } from '../../src/face/finder.js';
import { Canvas } from './camera/canvas.js';

const WIDTH = 1_280;
const HEIGHT = 720;
const PHOTO = { left: 90, top: 110, width: 385, height: 495 } as const;
/** Height of a passport's photograph, measured in faces (ICAO Doc 9303-3: the head takes 70 to 80 % of it). */
const FACES_HIGH = 1.6;
const PAPER = '#d9d5c8';
const INK = '#55524a';

/** What a camera sees through the glass of a reader on which nothing lies. */
export function emptyGlass(): Promise<Uint8Array> {
  return sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#1c1d1e' } })
    .jpeg()
    .toBuffer();
}

/** What it sees of a passport: the photograph, and bars in place of what is printed. A file that cannot be decoded leaves no photograph. */
export async function dataPage(photo: Uint8Array, finder: FaceFinder): Promise<Uint8Array> {
  const picture = photo.length === 0 ? undefined : await portrait(photo, finder);
  return sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: PAPER } })
    .composite([
      { input: Buffer.from(print()) },
      ...(picture ? [{ input: picture, left: PHOTO.left, top: PHOTO.top }] : []),
    ])
    .jpeg({ quality: 85 })
    .toBuffer();
}

async function portrait(photo: Uint8Array, finder: FaceFinder): Promise<Buffer | undefined> {
  try {
    const { width, height, faces } = await finder.find(photo);
    const [main] = [...faces].sort((a, b) => b.height - a.height);
    const tall = main ? FACES_HIGH * main.height : height;
    const wide = (tall * PHOTO.width) / PHOTO.height;
    const [x, y] = main ? [main.x + main.width / 2, main.y + main.height / 2] : [width / 2, height / 2];
    const canvas = await Canvas.decode(photo, width, Math.min(1, (2 * PHOTO.height) / tall));
    const crop = { left: x - wide / 2, top: y - tall / 2, width: wide, height: tall };
    return await (await canvas.draw(crop, PHOTO.width, PHOTO.height)).png().toBuffer();
  } catch (error) {
    if (!(error instanceof KioskError)) throw error;
    return undefined;
  }
}

function print(): string {
  const bar = (x: number, y: number, width: number): string =>
    `<rect x="${x}" y="${y}" width="${width}" height="14" fill="${INK}"/>`;
  const lines = [130, 190, 250, 310, 370, 430].map((y, i) => bar(540, y, 240 + 70 * (i % 3)));
  const zone = [640, 676].map((y) => bar(90, y, 1_100));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${lines.join('')}${zone.join('')}</svg>`;
}
