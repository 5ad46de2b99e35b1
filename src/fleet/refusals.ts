import type { ErrorCode } from '../errors.js';

/** A message that was refused, as far as it is kept for whoever wants to know what it was. */
export interface Refused {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  readonly topic: string;
  readonly code: ErrorCode;
  readonly size: number;
  readonly beginning: string;
}

const KEPT = 64;
const BEGINNING = 256;
/** One of a kind is said so often; the others are counted. Milliseconds. */
const QUIET_MS = 10_000;

/** Counts what was refused and keeps the newest of it: however much comes, it takes no more memory. */
export class Refusals {
  readonly #counts = new Map<ErrorCode, number>();
  readonly #newest: Refused[] = [];
  readonly #saidAt = new Map<ErrorCode, number>();

  /** @returns how many there were of this code, when it is time to say so again; otherwise undefined */
  add(code: ErrorCode, topic: string, message: string, at: number): number | undefined {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    // A copy: a slice would keep the whole message in memory.
    const beginning = Buffer.from(message.slice(0, BEGINNING)).toString();
    this.#newest.push({ at, topic: topic.slice(0, BEGINNING), code, size: message.length, beginning });
    if (this.#newest.length > KEPT) this.#newest.shift();
    const saidAt = this.#saidAt.get(code) ?? -Infinity;
    if (Math.abs(at - saidAt) < QUIET_MS) return undefined;
    this.#saidAt.set(code, at);
    return count;
  }

  counts(): Readonly<Partial<Record<ErrorCode, number>>> {
    return Object.fromEntries(this.#counts);
  }

  /** The newest, oldest first. */
  newest(): readonly Refused[] {
    return [...this.#newest];
  }
}
