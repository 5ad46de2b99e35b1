import { LENGTH_BYTES, MAX_LENGTH, MIN_RESPONSE, PREAMBLE } from './constants.js';
import { checksum, type ParsedFrame } from './frame.js';

const HEADER = PREAMBLE.length + LENGTH_BYTES;
const preamble = Buffer.from(PREAMBLE);

/**
 * Finds frames in the bytes of a line, in whatever pieces they arrive and with noise between them.
 * A frame with an impossible length or a wrong checksum is reported once, and the search for the next preamble goes on
 * right behind its own. Nothing it has delivered or given up stays in its memory.
 */
export class FrameParser {
  /** Starts with a preamble, or with the beginning of one, or is empty. */
  #held = Buffer.alloc(0);

  /** @param minLength the least that a length may count: {@link MIN_RESPONSE}, or `MIN_REQUEST` on the module's side */
  constructor(private readonly minLength: number = MIN_RESPONSE) {}

  /** @returns what became complete with `chunk`; the bodies are copies */
  push(chunk: Uint8Array): ParsedFrame[] {
    const bytes = Buffer.concat([this.#held, chunk]);
    this.#held.fill(0);
    const found: ParsedFrame[] = [];
    let at = start(bytes, 0);
    for (let step = this.#take(bytes, at); step; step = this.#take(bytes, at)) {
      found.push(step.frame);
      at = start(bytes, at + step.used);
    }
    this.#held = Buffer.from(bytes.subarray(at));
    bytes.fill(0);
    return found;
  }

  /** Whether a frame has begun and not ended. */
  pending(): boolean {
    return this.#held.length >= PREAMBLE.length;
  }

  /** Forgets a frame that has begun. */
  reset(): void {
    this.#held.fill(0);
    this.#held = Buffer.alloc(0);
  }

  #take(bytes: Buffer, at: number): { frame: ParsedFrame; used: number } | undefined {
    if (bytes.length < at + HEADER) return undefined;
    const length = bytes.readUInt16BE(at + PREAMBLE.length);
    // The length itself may be what is wrong, so only the preamble is given up and what follows is searched.
    const given = PREAMBLE.length;
    if (length < this.minLength || length > MAX_LENGTH) return { frame: { kind: 'bad', flaw: 'length' }, used: given };
    const end = at + HEADER + length;
    if (bytes.length < end) return undefined;
    if (checksum(bytes.subarray(at + PREAMBLE.length, end - 1)) !== bytes[end - 1])
      return { frame: { kind: 'bad', flaw: 'checksum' }, used: given };
    return {
      frame: { kind: 'frame', body: Uint8Array.from(bytes.subarray(at + HEADER, end - 1)) },
      used: HEADER + length,
    };
  }
}

/** Where the next preamble starts, or the beginning of one at the very end, or the end. */
function start(bytes: Buffer, from: number): number {
  const whole = bytes.indexOf(preamble, from);
  if (whole >= 0) return whole;
  const tails = PREAMBLE.map((_, i) => bytes.length - PREAMBLE.length + 1 + i).filter((at) => at >= from);
  return tails.find((at) => bytes.subarray(at).equals(preamble.subarray(0, bytes.length - at))) ?? bytes.length;
}
