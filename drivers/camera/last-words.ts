const MOST = 200;
const TAIL = 4 * MOST;

/** The last line that a program said, of bounded length and without control characters. */
export class LastWords {
  #tail = '';

  add(text: string): void {
    this.#tail = (this.#tail + text).slice(-TAIL);
  }

  toString(): string | undefined {
    const lines = this.#tail.split(/[\r\n]+/).map((line) => line.replaceAll(/\p{Cc}+/gu, ' ').trim());
    return lines.findLast((line) => line !== '')?.slice(0, MOST);
  }
}
