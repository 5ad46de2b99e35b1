import type { PhotoDecoder } from '../../src/contracts/id-reader.js';
import { KioskError } from '../../src/errors.js';

/** Where an image ends that starts at the first byte, or undefined when it is not of this format or not whole. */
type Measure = (field: Buffer) => number | undefined;

const JPEG_START = Buffer.of(0xff, 0xd8, 0xff);
const JPEG_END = Buffer.of(0xff, 0xd9);
const PNG_START = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const PNG_END = Buffer.from('IEND');
const CRC_BYTES = 4;
const BOX_HEADER = 8;

const startsWith = (field: Buffer, magic: Buffer): boolean => field.subarray(0, magic.length).equals(magic);
const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);
const ascii = (field: Buffer, from: number, to: number): string => field.toString('latin1', from, to);

/** ITU-T T.81: SOI … EOI. */
const jpeg: Measure = (field) => {
  const end = field.lastIndexOf(JPEG_END);
  return startsWith(field, JPEG_START) && end > 0 ? end + JPEG_END.length : undefined;
};

/** ISO/IEC 15948: the signature … the IEND chunk and its CRC. */
const png: Measure = (field) => {
  const end = field.lastIndexOf(PNG_END);
  return startsWith(field, PNG_START) && end > 0 ? end + PNG_END.length + CRC_BYTES : undefined;
};

/** RFC 9649: the RIFF header says how long the file is, counted from its 8th byte. */
const webp: Measure = (field) =>
  ascii(field, 0, 4) === 'RIFF' && ascii(field, 8, 12) === 'WEBP' ? field.readUInt32LE(4) + BOX_HEADER : undefined;

/** ISO/IEC 14496-12: boxes one after the other, the first of them `ftyp` with the brand `avif` or `avis`. */
const avif: Measure = (field) => {
  if (ascii(field, 4, 8) !== 'ftyp') return undefined;
  if (!/avi[fs]/.test(ascii(field, BOX_HEADER, field.readUInt32BE(0)))) return undefined;
  let end = 0;
  while (end + BOX_HEADER <= field.length) {
    const size = field.readUInt32BE(end);
    // Below that size lies either the padding, or a last box that goes to the end of the file.
    if (size < BOX_HEADER) return isZero(field.subarray(end)) ? end : field.length;
    end += size;
  }
  return end;
};

const formats: readonly Measure[] = [jpeg, png, webp, avif];

/** ISO/IEC 15444-1: the signature box of JP2, or SOC and SIZ of a bare codestream. Known, and nothing here decodes it. */
const JPEG_2000 = [Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1'), Buffer.of(0xff, 0x4f, 0xff, 0x51)];

const asBuffer = (field: Uint8Array): Buffer => Buffer.from(field.buffer, field.byteOffset, field.byteLength);
const isJpeg2000 = (field: Buffer): boolean => JPEG_2000.some((magic) => startsWith(field, magic));
const measured = (field: Buffer): number | undefined =>
  formats.map((measure) => measure(field)).find((found) => found !== undefined);

/** Whether a photo field begins like an ordinary image, whole or not: nothing else has to look at it then. */
export function isImage(field: Uint8Array): boolean {
  const bytes = asBuffer(field);
  return isJpeg2000(bytes) || measured(bytes) !== undefined;
}

/** Photo fields that are ordinary images (JPEG, PNG, WebP, AVIF), zero-padded to the size of the field. */
export const imagePhotoDecoder: PhotoDecoder = {
  decode(field) {
    const bytes = asBuffer(field);
    const refuse = (detail: string): Promise<never> =>
      Promise.reject(new KioskError('document.photo-unreadable', detail));
    if (isJpeg2000(bytes)) return refuse('JPEG 2000 cannot be decoded');
    const end = measured(bytes);
    if (end === undefined) return refuse('no JPEG, PNG, WebP or AVIF');
    if (end > bytes.length) return refuse('the image is cut off');
    return Promise.resolve(Uint8Array.from(bytes.subarray(0, end)));
  },
};
