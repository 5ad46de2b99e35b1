import { readFile } from 'node:fs/promises';
import { KioskError } from '../errors.js';
import { sizeOf } from './size-of.js';

/** No picture that would be decoded is larger: 40 million pixels of four numbers of 16 bits, and what stands around them. */
const MOST_BYTES = 400_000_000;

/** The bytes of a picture's file. @throws `face.image-unreadable` when it is none, `face.image-too-large` */
export async function readPicture(file: string): Promise<Buffer> {
  const size = await sizeOf(file, 'face.image-unreadable');
  if (size === undefined) throw new KioskError('face.image-unreadable', `${file} is not there`);
  if (size > MOST_BYTES) throw new KioskError('face.image-too-large', `${file} has ${size} bytes`);
  return readFile(file).catch((cause: unknown) => {
    throw new KioskError('face.image-unreadable', file, { cause });
  });
}
