/** Why a frame cannot be believed. */
export type FrameFlaw = 'length' | 'checksum';

/** What the parser makes of the bytes of a line: the body of a frame (between Len and CHK), or a flaw. */
export type ParsedFrame =
  { readonly kind: 'frame'; readonly body: Uint8Array } | { readonly kind: 'bad'; readonly flaw: FrameFlaw };

/** An answer of the module. `data` is overwritten by whoever used it last. */
export interface Response {
  /** SW3; SW1 and SW2 are always zero. */
  readonly status: number;
  readonly data: Uint8Array;
}

const STATUS_BYTES = 3;

/** Exclusive or of Len and body: everything after the preamble but CHK itself. */
export function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

/** SW1 SW2 SW3 and the data, which stay in the memory of `body`. */
export function responseOf(body: Uint8Array): Response {
  return { status: body[STATUS_BYTES - 1] ?? 0, data: body.subarray(STATUS_BYTES) };
}
