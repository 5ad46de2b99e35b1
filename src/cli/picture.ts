import type sharpOf from 'sharp';
import { z } from 'zod';

/** A picture of the camera with the boxes of the faces in it, in its own pixels. */
export const Picture = z.object({
  jpeg: z.instanceof(Uint8Array),
  width: z.number().positive(),
  height: z.number().positive(),
  faces: z.array(z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })),
});
export type Picture = z.infer<typeof Picture>;

type Sharp = typeof sharpOf;

/** The picture as a JPEG with a frame around each face. */
export function drawFaces(sharp: Sharp, { jpeg, width, height, faces }: Picture): Promise<Buffer> {
  const boxes = faces.map(
    (box) =>
      `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="none" stroke="lime" stroke-width="4"/>`,
  );
  const overlay = Buffer.from(`<svg width="${width}" height="${height}">${boxes.join('')}</svg>`);
  return sharp(jpeg)
    .rotate()
    .composite([{ input: overlay }])
    .jpeg()
    .toBuffer();
}

const COLUMNS = 78;
const SHADES = ' .:-=+*#%@';
/** A character is about twice as high as it is wide. */
const ASPECT = 0.5;

/** The picture in characters, dark to bright; the corners of each face are drawn with `[` and `]`. */
export async function inCharacters(sharp: Sharp, { jpeg, width, height, faces }: Picture): Promise<string> {
  const rows = Math.max(1, Math.round(COLUMNS * (height / width) * ASPECT));
  const grey = await sharp(jpeg).rotate().greyscale().resize(COLUMNS, rows, { fit: 'fill' }).raw().toBuffer();
  const shade = (value: number): string => SHADES[Math.floor((value / 256) * SHADES.length)] ?? ' ';
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from(grey.subarray(row * COLUMNS, (row + 1) * COLUMNS), shade),
  );
  grey.fill(0);
  const put = (x: number, y: number, mark: string): void => {
    const line = lines[Math.min(rows - 1, Math.max(0, Math.floor((y / height) * rows)))];
    if (line) line[Math.min(COLUMNS - 1, Math.max(0, Math.floor((x / width) * COLUMNS)))] = mark;
  };
  for (const box of faces)
    for (const y of [box.y, box.y + box.height]) {
      put(box.x, y, '[');
      put(box.x + box.width, y, ']');
    }
  return `${lines.map((line) => line.join('')).join('\n')}\n`;
}
