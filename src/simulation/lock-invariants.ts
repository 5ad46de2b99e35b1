import type { LogEntry } from '../journal/books.js';
import type { LockRules } from '../identity/document-lock.js';
import type { VirtualTime } from './clock.js';

/** One more than the tries of a visit: the first failure of the next one locks. */
export const LOCK_RULES: LockRules = { failures: 4, forMs: 1_800_000 };

/** Comparisons of one holder's document that failed one after the other, while the wall clock ran as it should. */
interface Failed {
  readonly count: number;
  /** Virtual time of the last one, milliseconds. */
  readonly last: number;
  readonly wallOffset: number;
}

/** Nobody is looked at with a document with which too many comparisons have failed. */
export class LockInvariants {
  readonly #time: VirtualTime;
  readonly #say: (sentence: string) => void;
  readonly #failed = new Map<number, Failed>();

  constructor(time: VirtualTime, say: (sentence: string) => void) {
    this.#time = time;
    this.#say = say;
  }

  /** After it is durable. */
  afterCommit({ type, reason }: LogEntry, holder: number): void {
    if (type === 'face.matched') this.#failed.delete(holder);
    if (type !== 'face.failed' || reason !== 'face.no-match') return;
    const { now, wallOffset } = this.#time;
    const count = (this.#recent(holder)?.count ?? 0) + 1;
    this.#failed.set(holder, { count, last: now, wallOffset });
  }

  onLook(holder: number): void {
    const count = this.#recent(holder)?.count ?? 0;
    if (count >= LOCK_RULES.failures) this.#say(`somebody is looked at whose document has failed ${count} times`);
  }

  #recent(holder: number): Failed | undefined {
    const { now, wallOffset } = this.#time;
    const failed = this.#failed.get(holder);
    return failed?.wallOffset === wallOffset && now - failed.last < LOCK_RULES.forMs ? failed : undefined;
  }
}
