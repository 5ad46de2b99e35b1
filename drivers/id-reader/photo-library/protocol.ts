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

export interface Request {
  readonly field: Uint8Array;
}

/** What the child says. `status` is what the function returned. */
export type Reply =
  | { readonly type: 'ready' }
  | { readonly type: 'not-loaded'; readonly why: string }
  | { readonly type: 'done'; readonly status: number; readonly picture: Uint8Array };
