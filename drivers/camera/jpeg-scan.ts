/** Markers of ITU-T T.81, table B.1. */
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const TEM = 0x01;
const FILL = 0xff;
const STUFFED = 0x00;

const isRestart = (code: number): boolean => code >= 0xd0 && code <= 0xd7;
/** X'FF02' to X'FFBF' are reserved; the other codes below SOF0 stand alone. */
const isReserved = (code: number): boolean => code < 0xc0 && code !== TEM;

/** `broken`: what stands at the place is no part of this JPEG. */
export type Found = 'more' | 'whole' | 'broken';

/**
 * Follows one JPEG from marker to marker (ITU-T T.81, annex B), however its bytes arrive. Segments are passed by their
 * length, so that the end of a thumbnail in one of them is not taken for the end of the picture.
 */
export class JpegScan {
  /** As far as it was followed; may lie behind what is there, in a segment. */
  #at = 2;
  #inScan = false;
  #pictured = false;

  /** Where the picture ends, or is broken. */
  get at(): number {
    return this.#at;
  }

  /** @param bytes all of the JPEG that is there, from its SOI on: the same as before, and more */
  advance(bytes: Buffer): Found {
    for (;;) {
      const marker = this.#marker(bytes);
      if (typeof marker === 'string') return marker;
      const { code, end } = marker;
      if (code === EOI) {
        this.#at = end;
        // Tables alone (B.5, abbreviated format) are no picture.
        return this.#pictured ? 'whole' : 'broken';
      }
      if (code === SOI || isReserved(code)) return 'broken';
      if (code === TEM || isRestart(code)) {
        this.#at = end;
        continue;
      }
      if (end + 2 > bytes.length) return 'more';
      const length = bytes.readUInt16BE(end);
      if (length < 2) return 'broken';
      this.#at = end + length;
      this.#inScan = code === SOS;
      this.#pictured ||= this.#inScan;
    }
  }

  /** The next marker with the place behind it; `#at` stays on its last X'FF'. */
  #marker(bytes: Buffer): { readonly code: number; readonly end: number } | 'more' | 'broken' {
    for (;;) {
      if (this.#at >= bytes.length) return 'more';
      if (this.#inScan) {
        const next = bytes.indexOf(FILL, this.#at);
        this.#at = next < 0 ? bytes.length : next;
        if (next < 0) return 'more';
      } else if (bytes[this.#at] !== FILL) return 'broken';
      // Any number of fill bytes may stand in front of a marker (B.1.1.2).
      while (bytes[this.#at + 1] === FILL) this.#at += 1;
      const code = bytes[this.#at + 1];
      if (code === undefined) return 'more';
      const end = this.#at + 2;
      if (!this.#inScan || (code !== STUFFED && !isRestart(code))) return { code, end };
      this.#at = end;
    }
  }
}
