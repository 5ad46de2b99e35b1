/** Characters of the newest lines that are kept. */
const KEPT = 1 << 20;

/** The newest lines of the log, in memory: the oldest go when there are too many. */
export class LogRing {
  readonly #kept: number;
  #lines: string[] = [];
  /** Lines before this one are gone. */
  #first = 0;
  #characters = 0;

  /** @param kept so many characters at most, and one line at least */
  constructor(kept = KEPT) {
    this.#kept = kept;
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#characters += line.length;
    while (this.#characters > this.#kept && this.#first < this.#lines.length - 1) {
      this.#characters -= this.#lines[this.#first]?.length ?? 0;
      this.#lines[this.#first] = '';
      this.#first += 1;
    }
    // Moved rarely: not with every line.
    if (this.#first > this.#lines.length / 2) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
  }

  /** The oldest first. */
  lines(): readonly string[] {
    return this.#lines.slice(this.#first);
  }
}
