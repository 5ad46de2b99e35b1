import type { Point } from '../../../src/face/geometry.js';
import { copyPixel, type Bitmap } from './mesh.js';

/** In widths of the eye: skin above it that is drawn down with the lid, how far the rims reach beyond the points, the lashes. */
const ABOVE = 0.22;
const RIM = { upper: 0.12, lower: 0.28, side: 0.12 } as const;
const LASHES = { thick: 0.1, dark: 0.5 } as const;
/** First of the six points of each eye, iBUG order: corner, two above, corner, two below. */
const EYES = [36, 42] as const;

/** The picture with the upper lids drawn down over the eyes. @param closed 0 open … 1 closed @param points 68, pixels of the picture */
export function withLids(picture: Bitmap, points: readonly Point[], closed: number): Bitmap {
  const { width, height } = picture;
  const drawn = { width, height, data: new Uint8Array(picture.data) };
  for (const first of EYES) drawLid(drawn, picture, points.slice(first, first + 6), closed);
  return drawn;
}

function drawLid(onto: Bitmap, from: Bitmap, eye: readonly Point[], closed: number): void {
  const at = (i: number): Point => eye[i] ?? { x: 0, y: 0 };
  const wide = at(3).x - at(0).x;
  if (wide < 2) return;
  const start = { x: at(0).x - RIM.side * wide, y: at(0).y };
  const end = { x: at(3).x + RIM.side * wide, y: at(3).y };
  const upper = [start, at(1), at(2), end];
  const lower = [start, at(5), at(4), end];
  for (let x = Math.max(0, Math.ceil(start.x)); x <= Math.min(onto.width - 1, Math.floor(end.x)); x += 1) {
    const arch = Math.sin((Math.PI * (x - start.x)) / (end.x - start.x));
    const top = heightAt(upper, x) - RIM.upper * wide * arch;
    const bottom = heightAt(lower, x) + RIM.lower * wide * arch;
    const edge = top + closed * Math.max(bottom - top, 0);
    const crease = top - ABOVE * wide * arch;
    for (let y = Math.max(0, Math.ceil(crease)); y <= Math.min(onto.height - 1, Math.floor(edge)); y += 1) {
      const share = (y - crease) / Math.max(edge - crease, 1);
      const pixel = y * onto.width + x;
      // The last of the skin is lashes already: they stay at the edge and are drawn there.
      copyPixel(onto, pixel, from, x, crease + share * 0.7 * (top - crease));
      if (edge - y < LASHES.thick * wide) darken(onto, pixel, closed * LASHES.dark);
    }
  }
}

function darken({ data }: Bitmap, pixel: number, by: number): void {
  for (let i = 3 * pixel; i < 3 * pixel + 3; i += 1) data[i] = (data[i] ?? 0) * (1 - by);
}

/** Height of a line through points from left to right. */
function heightAt(line: readonly Point[], x: number): number {
  for (let i = 0; i + 1 < line.length; i += 1) {
    const [a, b] = [line[i], line[i + 1]];
    if (a && b && x <= b.x) return a.y + ((b.y - a.y) * (x - a.x)) / Math.max(b.x - a.x, 1e-3);
  }
  return line.at(-1)?.y ?? 0;
}
