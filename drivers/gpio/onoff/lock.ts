import { closeSync, constants, openSync } from 'node:fs';
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');
const flock = libc.func('int flock(int fd, int operation)') as (fd: number, operation: number) => number;

/** flock(2): exclusive, without waiting. */
const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * A mark on an open file that ends with the process, in whatever way, so that what a dead process left exported is told
 * from what a living one of another user uses.
 */
export class FileLock {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** @returns `undefined` when another has it */
  static take(file: string): FileLock | undefined {
    const fd = openSync(file, constants.O_RDONLY);
    if (flock(fd, LOCK_EX | LOCK_NB) === 0) return new FileLock(fd);
    closeSync(fd);
    return undefined;
  }

  release(): void {
    closeSync(this.#fd);
  }
}
