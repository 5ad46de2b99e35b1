import { KioskError } from '../../src/errors.js';
import { LARGEST_FRAME } from './frame-splitter.js';
import { JpegScan } from './jpeg-scan.js';

const SOI = Buffer.of(0xff, 0xd8);
const FIRST_SIZE = 256 * 1024;
const PIECE = 64 * 1024;
/** A frame now and then breaks off on a busy USB; more than these bytes, or frames, in a row are no accident. */
const MOST_STRAY = 256 * 1024;
const MOST_BROKEN = 5;

/**
 * JPEGs one behind the other (MJPEG), taken apart at their markers. What broke off is left out, and so is what lies
 * between them (some cameras fill up with zeros). Every buffer but the returned ones is overwritten; at most 4 MiB and a
 * piece are held.
 */
export class JpegSplitter {
  #bytes = Buffer.alloc(FIRST_SIZE);
  #length = 0;
  #scan: JpegScan | undefined;
  #stray = 0;
  #broken = 0;

  /** Bytes have come since the last frame that belong to none. */
  get strayed(): boolean {
    return this.#stray > 0 || this.#broken > 0;
  }

  /** @returns the frames that are complete now. @throws `camera.garbage`; nothing is held then */
  push(chunk: Uint8Array): Uint8Array[] {
    const complete: Uint8Array[] = [];
    try {
      for (let from = 0; from < chunk.length; from += PIECE) {
        this.#append(chunk.subarray(from, from + PIECE));
        for (let frame = this.#next(); frame; frame = this.#next()) complete.push(frame);
      }
      return complete;
    } catch (error) {
      for (const frame of complete) frame.fill(0);
      this.wipe();
      throw error;
    } finally {
      chunk.fill(0);
    }
  }

  /** Overwrites what is incomplete. */
  wipe(): void {
    this.#bytes.fill(0, 0, this.#length);
    this.#length = 0;
    this.#scan = undefined;
    this.#stray = 0;
    this.#broken = 0;
  }

  #append(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(needed, Math.min(2 * this.#bytes.length, LARGEST_FRAME + PIECE)));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes.fill(0);
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = needed;
  }

  #next(): Uint8Array | undefined {
    for (;;) {
      this.#scan ??= this.#begin();
      if (!this.#scan) return undefined;
      const found = this.#scan.advance(this.#bytes.subarray(0, this.#length));
      const { at } = this.#scan;
      if (found === 'more') {
        if (this.#length <= LARGEST_FRAME) return undefined;
        throw new KioskError('camera.garbage', 'a frame larger than 4 MiB');
      }
      this.#scan = undefined;
      if (found === 'whole') {
        const frame = new Uint8Array(this.#bytes.subarray(0, at));
        this.#remove(at);
        this.#stray = 0;
        this.#broken = 0;
        if (at <= LARGEST_FRAME) return frame;
        frame.fill(0);
        throw new KioskError('camera.garbage', 'a frame larger than 4 MiB');
      }
      this.#remove(Math.min(at, this.#length));
      this.#broken += 1;
      if (this.#broken > MOST_BROKEN) throw new KioskError('camera.garbage', 'frames that break off');
    }
  }

  /** Leaves out what lies in front of the next picture. */
  #begin(): JpegScan | undefined {
    const held = this.#bytes.subarray(0, this.#length);
    const start = held.indexOf(SOI);
    // The first half of a marker may have come already.
    const end = start >= 0 ? start : held.at(-1) === SOI[0] ? held.length - 1 : held.length;
    for (const byte of held.subarray(0, end)) if (byte !== 0) this.#stray += 1;
    this.#remove(end);
    if (this.#stray > MOST_STRAY) throw new KioskError('camera.garbage', 'no JPEG');
    return start >= 0 ? new JpegScan() : undefined;
  }

  #remove(count: number): void {
    this.#bytes.copyWithin(0, count, this.#length);
    this.#bytes.fill(0, this.#length - count, this.#length);
    this.#length -= count;
  }
}
