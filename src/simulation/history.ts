import { createHash } from 'node:crypto';

/** Hashed so many lines at a time. */
const CHUNK = 500;

/** Everything that happened, in order: told to whoever listens, and kept as a hash. */
export class History {
  readonly #hash = createHash('sha256');
  readonly #tell: ((line: string) => void) | undefined;
  #lines = '';
  #count = 0;
  #now = 0;

  constructor(tell: ((line: string) => void) | undefined) {
    this.#tell = tell;
  }

  /** @param now virtual time, milliseconds */
  note(now: number, what: string): void {
    this.#tell?.(`${now} ${what}`);
    // Most things happen in the same moment as the one before.
    this.#lines += now === this.#now ? `${what}\n` : `${now} ${what}\n`;
    this.#now = now;
    if ((this.#count += 1) % CHUNK === 0) this.#flush();
  }

  /** SHA-256 over every line. To be called once, at the end. */
  digest(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#lines, 'latin1');
    this.#lines = '';
  }
}
