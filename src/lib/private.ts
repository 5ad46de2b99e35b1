import { inspect } from 'node:util';

const SHOWN = '[private]';

/**
 * A value that may exist in memory for one visit and nowhere else: a name, a number, a photograph, a template.
 * It cannot be logged, serialised, interpolated or posted to another thread by accident: every such way shows
 * `[private]` or nothing at all. Reading it is an explicit {@link Private.reveal}, which a reviewer can search for.
 */
export class Private<T> {
  #value: T | undefined;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. @throws RangeError after {@link wipe}. */
  reveal(): T {
    if (this.#value === undefined) throw new RangeError('private value used after the visit ended');
    return this.#value;
  }

  get isWiped(): boolean {
    return this.#value === undefined;
  }

  /** Overwrites bytes and forgets the value. Strings cannot be overwritten in JavaScript; they are dropped. */
  wipe(): void {
    const value = this.#value;
    if (ArrayBuffer.isView(value)) new Uint8Array(value.buffer, value.byteOffset, value.byteLength).fill(0);
    this.#value = undefined;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
