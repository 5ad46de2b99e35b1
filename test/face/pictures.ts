import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { FaceFinder } from '../../src/face/finder.js';
import { modelsDir, rootDir } from '../../src/lib/paths.js';

/** Photographs of people that are not part of the checkout; tests that need them skip without. */
export const photographs = join(rootDir, '../shared/faces');
export const noPhotographs = existsSync(photographs) ? false : 'no photographs at ../shared/faces';

/** One photograph each of the people of the demo, put there by the set-up. */
export async function castPhotos(): Promise<Buffer[]> {
  const folder = join(modelsDir, 'cast');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jpg')).sort();
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}

export function jpeg(width: number, height: number, background = '#607080'): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** What a camera sees of people: each photograph with its face `height` pixels high and centred at `x` of 1280×720. */
export async function cameraFrame(
  finder: FaceFinder,
  people: readonly { readonly photo: Uint8Array; readonly height: number; readonly x?: number }[],
): Promise<Buffer> {
  const layers = await Promise.all(
    people.map(async ({ photo, height, x = 640 }) => {
      const found = await finder.find(photo);
      const face = found.faces[0];
      if (!face) throw new Error('no face in this photograph');
      const scale = height / face.height;
      const [width, tall] = [Math.round(found.width * scale), Math.round(found.height * scale)];
      const left = Math.round(x - (face.x + face.width / 2) * scale);
      const top = Math.round(360 - (face.y + face.height / 2) * scale);
      const cut = {
        left: Math.max(0, -left),
        top: Math.max(0, -top),
        width: Math.min(width, 1280 - left) - Math.max(0, -left),
        height: Math.min(tall, 720 - top) - Math.max(0, -top),
      };
      const upright = await sharp(photo).autoOrient().resize(width, tall, { fit: 'fill' }).toBuffer();
      return {
        input: await sharp(upright).extract(cut).toBuffer(),
        left: Math.max(0, left),
        top: Math.max(0, top),
      };
    }),
  );
  return sharp(await jpeg(1280, 720))
    .composite(layers)
    .jpeg({ quality: 85 })
    .toBuffer();
}

/** A photograph as a document carries it: head and shoulders, 102×126, WebP of 1,024 bytes at most. */
export async function idPhoto(finder: FaceFinder, photo: Uint8Array, heads = 1.5): Promise<Buffer> {
  const { width, height, faces } = await finder.find(photo);
  const face = faces.toSorted((a, b) => b.height - a.height)[0];
  if (!face) throw new Error('no face in this photograph');
  const tall = Math.round(face.height * heads);
  const wide = Math.round((tall * 102) / 126);
  const left = Math.round(face.x + (face.width - wide) / 2);
  const top = Math.round(face.y + (face.height - tall) / 2);
  const pad = Math.max(0, -left, -top, left + wide - width, top + tall - height);
  const padded = await sharp(await sharp(photo).autoOrient().toBuffer())
    .extend({ top: pad, bottom: pad, left: pad, right: pad, background: '#909090' })
    .toBuffer();
  const cut = await sharp(padded)
    .extract({ left: left + pad, top: top + pad, width: wide, height: tall })
    .resize(102, 126, { fit: 'fill' })
    .png()
    .toBuffer();
  for (let quality = 80; ; quality -= 5) {
    const webp = await sharp(cut)
      .webp({ quality: Math.max(quality, 1) })
      .toBuffer();
    if (webp.length <= 1024 || quality <= 0) return webp;
  }
}
