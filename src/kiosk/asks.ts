import type { Clock } from '../contracts/clock.js';
import { isAsk, type Answer, type AnswerTo, type Ask } from '../fleet/answers.js';
import type { OutboxRow } from '../journal/entry.js';
import { Listeners } from '../lib/listeners.js';
import { onAbort } from '../lib/on-abort.js';

/** An ask that was not answered for so long is repeated: the carrier says the same again. Milliseconds. */
const ASK_AGAIN_MS = 1_500;
/** Each time it waits so many times as long: a carrier that is slow is not to be asked by all kiosks again and again. */
const PATIENCE = 1.5;

/** What the carrier was asked in the present visit, and what it answered. */
export class Asks {
  readonly #repeat: (row: OutboxRow) => void;
  readonly #clock: Clock;
  #answers = new Map<string, Answer>();
  readonly #answered = new Listeners();
  #newest: OutboxRow | undefined;

  constructor(repeat: (row: OutboxRow) => void, clock: Clock) {
    this.#repeat = repeat;
    this.#clock = clock;
  }

  /** Remembers which of these is to be repeated. */
  sent(rows: readonly OutboxRow[]): void {
    this.#newest = rows.findLast(({ type }) => isAsk(type)) ?? this.#newest;
  }

  take(answer: Answer): void {
    this.#answers.set(`${answer.transaction} ${answer.ask}`, answer);
    this.#answered.emit();
  }

  /**
   * Resolves with the carrier's answer to an ask of this transaction, which is repeated until then: it or its answer may get
   * lost on the way. Rejects only with the signal's reason.
   */
  answer<T extends Ask>(transaction: string, ask: T, signal: AbortSignal): Promise<AnswerTo<T>> {
    const key = `${transaction} ${ask}`;
    return new Promise((resolve, reject) => {
      let cancel = (): void => undefined;
      const again = (ms: number): void => {
        cancel = this.#clock.after(ms, () => {
          if (this.#newest) this.#repeat(this.#newest);
          again(ms * PATIENCE);
        });
      };
      const done = (): void => {
        cancel();
        removeListener();
        forget();
      };
      const aborted = (): void => {
        done();
        reject(signal.reason as Error);
      };
      const look = (): void => {
        const answer = this.#answers.get(key);
        if (!answer || !isAnswerTo(answer, ask)) return;
        done();
        resolve(answer);
      };
      const removeListener = this.#answered.add(look);
      const forget = onAbort(signal, aborted);
      again(ASK_AGAIN_MS);
      if (signal.aborted) aborted();
      else look();
    });
  }

  /** The visit is over: its answers are not needed any more. */
  forget(): void {
    this.#answers = new Map();
    this.#newest = undefined;
  }

  close(): void {
    this.#answered.clear();
  }
}

const isAnswerTo = <T extends Ask>(answer: Answer, ask: T): answer is AnswerTo<T> => answer.ask === ask;
