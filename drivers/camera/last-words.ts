const MOST = 200;
const TAIL = 4 * MOST;
/** `ffmpeg` adds this to every end in which it holds pictures of a V4L2 device: it says nothing of the cause. */
const NOISE = /VIDIOC_QBUF\): Bad file descriptor/;

/** The last line that a program said, of bounded length and without control characters. */
export class LastWords {
  #tail = '';

  add(text: string): void {
    this.#tail = (this.#tail + text).slice(-TAIL);
  }

  toString(): string | undefined {
    const lines = this.#tail.split(/[\r\n]+/).map((line) => line.replaceAll(/\p{Cc}+/gu, ' ').trim());
    return lines.findLast((line) => line !== '' && !NOISE.test(line))?.slice(0, MOST);
  }
}
