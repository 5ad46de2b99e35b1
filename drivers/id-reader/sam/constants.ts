import { KioskError, type ErrorCode } from '../../../src/errors.js';

/** Starts every frame in both directions (SAM module protocol of GA/T 450 readers). */
export const PREAMBLE: readonly number[] = [0xaa, 0xaa, 0xaa, 0x96, 0x69];
export const LENGTH_BYTES = 2;
/** What a length counts at least: CMD PARA CHK. */
export const MIN_REQUEST = 3;
/** What a length counts at least: SW1 SW2 SW3 CHK. */
export const MIN_RESPONSE = 4;
/** The longest real answer counts 2,314 bytes (text, photo and fingerprint). */
export const MAX_LENGTH = 4096;

export interface Command {
  /** CMD and PARA. */
  readonly bytes: readonly [number, number];
  /** Milliseconds to the last byte of the answer. */
  readonly timeoutMs: number;
}

const SHORT_MS = 1_000;
/** A chip takes up to a second, and its 1,295 bytes another 1.4 s at 9,600 baud. */
const READ_MS = 3_000;

/** Every command of the module; the driver sends `status`, `find`, `select` and `read` only. */
export const commands = {
  reset: { bytes: [0x10, 0xff], timeoutMs: SHORT_MS },
  status: { bytes: [0x11, 0xff], timeoutMs: SHORT_MS },
  samId: { bytes: [0x12, 0xff], timeoutMs: SHORT_MS },
  find: { bytes: [0x20, 0x01], timeoutMs: SHORT_MS },
  select: { bytes: [0x20, 0x02], timeoutMs: SHORT_MS },
  read: { bytes: [0x30, 0x01], timeoutMs: READ_MS },
  readAppended: { bytes: [0x30, 0x03], timeoutMs: SHORT_MS },
  readWithFingerprint: { bytes: [0x30, 0x10], timeoutMs: READ_MS },
} as const satisfies Record<string, Command>;

/** CMD of 'set baud'; its PARA is the rate: 00 = 115,200 … 04 = 9,600. */
export const SET_BAUD = 0x60;
export const BAUD_PARAMETERS = 5;

/** SW3 of answers that are no error. */
export const DONE = 0x90;
export const FOUND = 0x9f;
export const NO_CARD = 0x80;

interface StatusWord {
  readonly code: ErrorCode;
  readonly means: string;
}

/** SW3 of answers that are an error. */
export const statusWords: ReadonlyMap<number, StatusWord> = new Map<number, StatusWord>([
  [0x10, { code: 'reader.bad-frame', means: 'the reader received a wrong checksum' }],
  [0x11, { code: 'reader.bad-frame', means: 'the reader received a wrong length' }],
  [0x21, { code: 'reader.refused', means: 'command error' }],
  [0x24, { code: 'reader.refused', means: 'unknown command' }],
  [0x31, { code: 'document.unreadable', means: 'the card refused the reader' }],
  [0x32, { code: 'document.unreadable', means: 'the reader refused the card' }],
  [0x33, { code: 'document.not-genuine', means: 'the information did not verify' }],
  [0x40, { code: 'document.unreadable', means: 'wrong kind of card' }],
  [0x41, { code: 'document.unreadable', means: 'read failed' }],
  [0x47, { code: 'reader.self-test', means: 'random number failed' }],
  [0x60, { code: 'reader.self-test', means: 'self-test failed' }],
  [0x66, { code: 'reader.self-test', means: 'not authorised' }],
  [NO_CARD, { code: 'document.removed', means: 'no card found' }],
  [0x81, { code: 'document.unreadable', means: 'select failed' }],
  [0x91, { code: 'document.unreadable', means: 'no such content' }],
]);

/** An error status as an error; one that is not in the table is `reader.refused`. */
export function statusError(status: number): KioskError {
  const { code, means } = statusWords.get(status) ?? { code: 'reader.refused', means: 'unknown status' };
  return new KioskError(code, `SW3 ${status.toString(16).padStart(2, '0')}: ${means}`);
}
