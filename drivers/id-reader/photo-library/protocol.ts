/** How makers' functions are called, by the name in the configuration. Koffi prototypes; `SYMBOL` stands for the function. */
export const calls = {
  /**
   * `int unpack(char *wlt, char *bmp, int size)`; `wlt2Bmp(wlt, bmp)` without the third argument is called the same way. To
   * some makers the third is a flag (601: save a file), which a size never is.
   */
  unpack: 'int SYMBOL(_Inout_ uint8_t *field, _Inout_ uint8_t *picture, int pictureBytes)',
  /** With the lengths of both; the second is in and out. */
  lengths:
    'int SYMBOL(_Inout_ uint8_t *field, uint32_t fieldBytes, _Inout_ uint8_t *picture, _Inout_ uint32_t *pictureBytes)',
} as const satisfies Record<string, string>;

export type Call = keyof typeof calls;

/** Room for a picture; a BMP of 102×126 has 38,862 bytes. */
export const PICTURE_BYTES = 0x2_0000;

/**
 * What the child says; `status` is what the function returned. Every message is a frame behind its length, on a socket of
 * its own: Node's IPC would throw in the service when the library writes into it. Fields travel the other way, bare.
 */
export type Reply =
  | { readonly type: 'ready' }
  | { readonly type: 'not-loaded'; readonly why: string }
  | { readonly type: 'done'; readonly status: number; readonly picture: Uint8Array };

/** The child's end of the socket. */
export const SOCKET_FD = 3;

const letters = { ready: 0x52, 'not-loaded': 0x4e, done: 0x44 } as const;
const STATUS_AT = 1;
const PICTURE_AT = 5;

export function encodeReply(reply: Reply): Uint8Array {
  const letter = Buffer.of(letters[reply.type]);
  if (reply.type === 'ready') return letter;
  if (reply.type === 'not-loaded') return Buffer.concat([letter, Buffer.from(reply.why)]);
  const bytes = Buffer.alloc(PICTURE_AT + reply.picture.length);
  letter.copy(bytes);
  bytes.writeInt32BE(reply.status, STATUS_AT);
  bytes.set(reply.picture, PICTURE_AT);
  return bytes;
}

/** The picture stays in the memory of the frame. @returns undefined when it is no reply: the library may write anything anywhere */
export function decodeReply(frame: Uint8Array): Reply | undefined {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const [letter] = bytes;
  if (letter === letters.ready) return { type: 'ready' };
  if (letter === letters['not-loaded']) return { type: 'not-loaded', why: bytes.toString('utf8', STATUS_AT) };
  if (letter !== letters.done || bytes.length !== PICTURE_AT + PICTURE_BYTES) return undefined;
  return { type: 'done', status: bytes.readInt32BE(STATUS_AT), picture: frame.subarray(PICTURE_AT) };
}
