import type { Commit } from '../journal/books.js';
import type { LockRules } from '../identity/document-lock.js';
import type { VirtualTime } from './clock.js';

/** One more than the tries of a visit: the first failure of the next one locks. */
export const LOCK_RULES: LockRules = { failures: 4, forMs: 1_800_000 };

/** Between judging a document and writing that down the disk may be slow. Milliseconds. */
const WRITTEN_MS = 60_000;

/** Comparisons of one holder's document that failed one after the other, while the wall clock ran as it should. */
interface Failed {
  readonly count: number;
  /** Those included that are too long ago to count. */
  readonly ever: number;
  /** Virtual time of the last one, milliseconds. */
  readonly last: number;
  readonly wallOffset: number;
}

/** Nobody is looked at with a document with which too many comparisons have failed, and no other is locked. */
export class LockInvariants {
  readonly #time: VirtualTime;
  readonly #say: (sentence: string) => void;
  readonly #failed = new Map<number, Failed>();

  constructor(time: VirtualTime, say: (sentence: string) => void) {
    this.#time = time;
    this.#say = say;
  }

  /** After it is durable. */
  afterCommit({ entry, outbox = [] }: Commit, holder: number): void {
    const { type, reason } = entry ?? {};
    if (type === 'face.matched') this.#failed.delete(holder);
    if (type === 'document.refused' && reason === 'document.locked') this.#lookAtLock(holder);
    if (type !== 'face.failed' || reason !== 'face.no-match') return;
    const { now, wallOffset } = this.#time;
    const count = (this.#recent(holder)?.count ?? 0) + 1;
    const ever = (this.#failed.get(holder)?.ever ?? 0) + 1;
    this.#failed.set(holder, { count, ever, last: now, wallOffset });
    if (count >= LOCK_RULES.failures && !outbox.some((message) => message.type === 'document.locked'))
      this.#say('a document is locked, and nobody hears of it');
  }

  onLook(holder: number): void {
    const count = this.#recent(holder)?.count ?? 0;
    if (count >= LOCK_RULES.failures) this.#say(`somebody is looked at whose document has failed ${count} times`);
  }

  /** A document is refused, for it is locked. */
  #lookAtLock(holder: number): void {
    const { now, wallOffset } = this.#time;
    const failed = this.#failed.get(holder);
    if (!failed || failed.ever < LOCK_RULES.failures) this.#say('a document is locked that has not failed so often');
    else if (failed.wallOffset === wallOffset && now - failed.last > LOCK_RULES.forMs + WRITTEN_MS)
      this.#say('a document stays locked when its time is over');
  }

  #recent(holder: number): Failed | undefined {
    const { now, wallOffset } = this.#time;
    const failed = this.#failed.get(holder);
    return failed?.wallOffset === wallOffset && now - failed.last < LOCK_RULES.forMs ? failed : undefined;
  }
}
