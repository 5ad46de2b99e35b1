/* Stands in for a reader maker's library. What it does is in the first byte of the field. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 102, HEIGHT = 126, STRIDE = 308, START = 54 };

static void put32(uint8_t *at, int32_t value) { memcpy(at, &value, sizeof value); }

/* A 24-bit BMP from the bottom up: left half red, right half blue, the topmost row green. */
static uint32_t picture(uint8_t *out) {
  uint32_t size = START + STRIDE * HEIGHT;
  memset(out, 0, size);
  out[0] = 'B', out[1] = 'M';
  put32(out + 2, size), put32(out + 10, START), put32(out + 14, 40), put32(out + 18, WIDTH), put32(out + 22, HEIGHT);
  out[26] = 1, out[28] = 24;
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++) out[START + STRIDE * y + 3 * x + (y == HEIGHT - 1 ? 1 : x < WIDTH / 2 ? 2 : 0)] = 255;
  return size;
}

int unpack(const uint8_t *wlt, uint8_t *bmp, int size) {
  switch (wlt[0]) {
  case 'D':
    return picture(bmp) <= (uint32_t)size;
  case 'C':
    return *(volatile int *)8;
  case 'A':
    abort();
  case 'X':
    exit(0);
  case 'O': /* writes far beyond its buffer */
    memset(bmp, 1, 1 << 26);
    return 1;
  case 'H':
    for (;;) pause();
  case 'R':
    for (int i = 0; i < size; i++) bmp[i] = (uint8_t)(i * 7 + 1);
    return 1;
  case 'B': /* a bitmap that claims more than there is */
    picture(bmp);
    put32(bmp + 22, 1000);
    return 1;
  case 'P': /* an ordinary image, in the field from its second byte on */
    memcpy(bmp, wlt + 1, 1023);
    return 1;
  case 'V': { /* nothing to learn from the environment, no folder of anybody's */
    char folder[8];
    return getenv("PATH") == NULL && getcwd(folder, sizeof folder) && strcmp(folder, "/") == 0 ? (int)picture(bmp) : -9;
  }
  case 'F': /* writes into a file that is not its own: the line to the kiosk */
    return write(3, wlt + 1, 1023) < 0 ? -1 : (int)picture(bmp);
  case 'L': { /* as much rubbish as the kiosk reads at once, then what looks like an answer, which the kiosk may not hear */
    enum { AT_ONCE = 1 << 16, ANSWER = 5 + (1 << 17) };
    static uint8_t line[AT_ONCE + 4 + ANSWER] = {[AT_ONCE + 1] = ANSWER >> 16, [AT_ONCE + 3] = ANSWER & 255, 'D'};
    picture(line + AT_ONCE + 4 + 5);
    for (size_t done = 0; done < sizeof line;) {
      ssize_t wrote = write(3, line + done, sizeof line - done);
      if (wrote > 0) done += (size_t)wrote;
    }
    for (;;) pause();
  }
  case 'Q': /* a picture, and the word that it is none */
    picture(bmp);
    return -2;
  case 'N':
    return 1;
  default:
    return -1;
  }
}

int unpack_with_lengths(const uint8_t *wlt, uint32_t bytes, uint8_t *out, uint32_t *outBytes) {
  if (wlt[0] != 'D' || bytes != 1024 || *outBytes < 38862) return -1;
  *outBytes = picture(out);
  return 0;
}
