import { createHash } from 'node:crypto';

/** Hashed so many lines at a time. */
const CHUNK = 500;

/** Everything that happened, in order: told to whoever listens, and kept as a hash. */
export class History {
  readonly #hash = createHash('sha256');
  readonly #tell: ((line: string) => void) | undefined;
  #lines: string[] = [];
  #now = 0;

  constructor(tell: ((line: string) => void) | undefined) {
    this.#tell = tell;
  }

  /** @param now virtual time, milliseconds */
  note(now: number, what: string): void {
    this.#tell?.(`${now} ${what}`);
    // Most things happen in the same moment as the one before.
    this.#lines.push(now === this.#now ? what : `${now} ${what}`);
    this.#now = now;
    if (this.#lines.length === CHUNK) this.#flush();
  }

  /** SHA-256 over every line. To be called once, at the end. */
  digest(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }

  #flush(): void {
    this.#hash.update(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }
}
