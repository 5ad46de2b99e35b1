import type { IdDocument, PhotoDecoder } from '../../../src/contracts/id-reader.js';
import { KioskError } from '../../../src/errors.js';
import { Private } from '../../../src/lib/private.js';
import { decodeCardText } from './card-text.js';

/** Text length and photo length, 2 bytes each. */
const LENGTHS_BYTES = 4;

/**
 * A document of the data of a read answer: text length, photo length, text, photo.
 * `data` is overwritten, whatever the outcome.
 * @throws `reader.bad-frame`, `document.malformed`, `document.photo-unreadable`
 */
export async function documentOf(data: Uint8Array, decoder: PhotoDecoder): Promise<Omit<IdDocument, 'readMs'>> {
  try {
    const { text, photo } = partsOf(data);
    const fields = decodeCardText(text);
    return { fields: new Private(fields), photo: new Private(await decodePhoto(photo, decoder)) };
  } finally {
    data.fill(0);
  }
}

function partsOf(data: Uint8Array): { text: Uint8Array; photo: Uint8Array } {
  if (data.length < LENGTHS_BYTES) throw new KioskError('reader.bad-frame', 'read answer without lengths');
  const view = new DataView(data.buffer, data.byteOffset);
  const textEnd = LENGTHS_BYTES + view.getUint16(0);
  const photoEnd = textEnd + view.getUint16(2);
  if (photoEnd !== data.length) throw new KioskError('reader.bad-frame', 'lengths in the read answer do not add up');
  return { text: data.subarray(LENGTHS_BYTES, textEnd), photo: data.subarray(textEnd, photoEnd) };
}

async function decodePhoto(photo: Uint8Array, decoder: PhotoDecoder): Promise<Uint8Array> {
  const field = photo.slice();
  try {
    const image = await decoder.decode(field);
    return image.buffer === field.buffer ? image.slice() : image;
  } catch (error) {
    throw error instanceof KioskError
      ? error
      : new KioskError('document.photo-unreadable', undefined, { cause: error });
  } finally {
    field.fill(0);
  }
}
