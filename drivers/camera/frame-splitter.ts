/** Larger than any JPEG of a kiosk's camera: a claim beyond it is garbage (see the Camera contract). */
export const LARGEST_FRAME = 4 * 1024 * 1024;
const HEADER = 4;

/** Pieces of a stream of frames, each behind its length (4 bytes, big-endian). Buffers are overwritten after use. */
export class FrameSplitter {
  #header = new Uint8Array(HEADER);
  #have = 0;
  #frame: Uint8Array | undefined;

  /** @returns the frames that are complete now. @throws RangeError when a length is out of bounds */
  push(chunk: Uint8Array): Uint8Array[] {
    const complete: Uint8Array[] = [];
    try {
      for (let rest = chunk; rest.length > 0;) {
        const target = this.#frame ?? this.#header;
        const piece = rest.subarray(0, target.length - this.#have);
        target.set(piece, this.#have);
        this.#have += piece.length;
        rest = rest.subarray(piece.length);
        if (this.#have < target.length) break;
        this.#have = 0;
        if (this.#frame) complete.push(this.#frame);
        this.#frame = this.#frame ? undefined : new Uint8Array(frameLength(this.#header));
      }
      return complete;
    } catch (error) {
      for (const frame of complete) frame.fill(0);
      throw error;
    } finally {
      chunk.fill(0);
    }
  }

  /** Overwrites what is incomplete. */
  wipe(): void {
    this.#frame?.fill(0);
    this.#frame = undefined;
    this.#have = 0;
  }
}

function frameLength(header: Uint8Array): number {
  const length = new DataView(header.buffer, header.byteOffset).getUint32(0);
  if (length === 0 || length > LARGEST_FRAME) throw new RangeError(`frame of ${length} bytes`);
  return length;
}

/** A frame with its length in front. */
export function lengthPrefixed(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + frame.length);
  new DataView(bytes.buffer).setUint32(0, frame.length);
  bytes.set(frame, HEADER);
  return bytes;
}
