import { LENGTH_BYTES, PREAMBLE, type Command } from './constants.js';
import { checksum } from './frame.js';

const CHECKSUM_BYTES = 1;

/** A whole frame round a body: preamble, length (big-endian, counts body and checksum), body, checksum. */
export function frameOf(body: ArrayLike<number>): Uint8Array {
  const start = PREAMBLE.length;
  const frame = new Uint8Array(start + LENGTH_BYTES + body.length + CHECKSUM_BYTES);
  frame.set(PREAMBLE);
  new DataView(frame.buffer).setUint16(start, body.length + CHECKSUM_BYTES);
  frame.set(body, start + LENGTH_BYTES);
  frame[frame.length - 1] = checksum(frame.subarray(start, -1));
  return frame;
}

/** `AA AA AA 96 69 | 00 03 | CMD PARA | CHK` */
export function requestFrame({ bytes }: Command): Uint8Array {
  return frameOf(bytes);
}
