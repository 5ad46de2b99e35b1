/** Longer than any line that matters: what comes without an end is forgotten. */
const MAX_LINE = 64;
const CR = 0x0d;
const LF = 0x0a;
/** ITU-T E.118: 19 or 20 digits that begin with 89 (telecommunications, ISO/IEC 7812). */
const ICCID = /^89\d{17,18}$/;

/** Finds the ICCIDs among the lines of a scanner: CR, LF or both end a line, whatever else is said is ignored. */
export class ScanLines {
  #line = '';
  #skipping = false;

  push(bytes: Uint8Array): string[] {
    const found: string[] = [];
    for (const byte of bytes) {
      if (byte === CR || byte === LF) {
        if (!this.#skipping && ICCID.test(this.#line)) found.push(this.#line);
        this.#line = '';
        this.#skipping = false;
      } else if (this.#line.length < MAX_LINE) {
        this.#line += String.fromCharCode(byte);
      }
    }
    return found;
  }

  /** The line that has begun does not count, nor what follows of it. */
  forget(): void {
    this.#skipping = this.#line.length > 0;
  }
}
