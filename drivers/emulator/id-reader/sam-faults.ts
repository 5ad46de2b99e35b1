import { pieces } from './pieces.js';

/** What can be wrong with an emulated reader and its line. Counters and single faults are used up. */
export interface SamFaults {
  /** Random bytes before every answer. */
  noise: boolean;
  /** Answers leave in small pieces. */
  split: boolean;
  /** So many answers get a wrong byte. */
  corruptNext: number;
  /** So many answers claim to be one byte shorter than they are. */
  wrongLengthNext: number;
  /** SW3 of the next answer to select or read. */
  statusNext: number | undefined;
  /** SW3 of every answer to select or read. */
  cardStatus: number | undefined;
  /** SW3 of every answer to a question after the module's state, e.g. `0x60`: self-test failed. */
  moduleStatus: number | undefined;
  /** No answers at all. */
  mute: boolean;
  /** The card is taken away when the next read command arrives. */
  pullMidRead: boolean;
  /** A card that was read is found again while it lies there, as some readers do. */
  keepsFinding: boolean;
}

export const noFaults = (): SamFaults => ({
  noise: false,
  split: false,
  corruptNext: 0,
  wrongLengthNext: 0,
  statusNext: undefined,
  cardStatus: undefined,
  moduleStatus: undefined,
  mute: false,
  pullMidRead: false,
  keepsFinding: false,
});

const LENGTH_AT = 6;
const MOST_NOISE = 12;
const NO_PART_OF_A_PREAMBLE = 0x69;

/** The pieces in which a frame goes out, with what is wrong with it. */
export function disturb(frame: Uint8Array, faults: SamFaults, random: () => number): Uint8Array[] {
  const whole = Uint8Array.from(frame);
  const below = (limit: number): number => Math.floor(random() * limit);
  if (faults.corruptNext > 0) {
    faults.corruptNext -= 1;
    whole[whole.length - 2] = 0xff - (whole[whole.length - 2] ?? 0);
  }
  if (faults.wrongLengthNext > 0) {
    faults.wrongLengthNext -= 1;
    whole[LENGTH_AT] = (whole[LENGTH_AT] ?? 0) - 1;
  }
  // Without the last byte of a preamble no noise is one, however it ends.
  const noise = Uint8Array.from({ length: faults.noise ? 1 + below(MOST_NOISE) : 0 }, () => {
    const byte = below(0x100);
    return byte === NO_PART_OF_A_PREAMBLE ? 0xaa : byte;
  });
  const bytes = Buffer.concat([noise, whole]);
  return faults.split ? pieces(bytes, random) : [bytes];
}
