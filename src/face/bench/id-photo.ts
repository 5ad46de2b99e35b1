import sharp from 'sharp';
import type { FaceEngine } from '../../contracts/face-engine.js';
import { KioskError } from '../../errors.js';
import { decode } from '../decode.js';
import { erase } from '../pixels.js';
import { chosenFace, type StillPolicy } from '../still.js';

/** The photograph of an ID card as it is simulated: its size in pixels and the quality of its JPEG. */
export interface IdPhoto {
  readonly width: number;
  readonly height: number;
  readonly quality: number;
}

/** So many heights of the detected face the photograph is high. */
const HEADS = 1.9;

/** @param text such as `102x126@40` @throws `cli.usage` */
export function parseIdPhoto(text: string): IdPhoto {
  const [width = 0, height = 0, quality = 0] = (/^(\d+)x(\d+)@(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (Math.min(width, height) < 20 || Math.max(width, height) > 2000 || quality < 1 || quality > 100) {
    throw new KioskError('cli.usage', `${text} is not WIDTHxHEIGHT@QUALITY, such as 102x126@40`);
  }
  return { width, height, quality };
}

/**
 * A picture as an ID card would carry it: a crop about the centre of the face, 1.9 × as high as its box, clamped to the
 * picture, brought to size and compressed.
 * @throws `face.no-face`, the `face.image-…` codes, `face.engine-failed`
 */
export async function asIdPhoto(
  engine: FaceEngine,
  bytes: Uint8Array,
  as: IdPhoto,
  policy: StillPolicy,
): Promise<Uint8Array> {
  const picture = await decode(bytes);
  try {
    const face = await chosenFace(engine, picture, policy);
    const tall = HEADS * face.height;
    const wide = (tall * as.width) / as.height;
    const centre = { x: face.x + face.width / 2, y: face.y + face.height / 2 };
    const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value)));
    const left = clamp(centre.x - wide / 2, picture.width - 1);
    const top = clamp(centre.y - tall / 2, picture.height - 1);
    const width = Math.max(1, clamp(centre.x + wide / 2, picture.width) - left);
    const height = Math.max(1, clamp(centre.y + tall / 2, picture.height) - top);
    return await sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } })
      .extract({ left, top, width, height })
      .resize(as.width, as.height, { fit: 'fill' })
      .jpeg({ quality: as.quality })
      .toBuffer();
  } finally {
    erase(picture);
  }
}
