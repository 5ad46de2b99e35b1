import type { PanelInput, Screen } from '../contracts/panel.js';
import type { Commit } from '../journal/books.js';
import type { StateName } from '../transaction/states.js';
import { accepts } from '../transaction/step.js';
import type { VirtualTime } from './clock.js';
import type { VirtualDisk } from './disk.js';
import { isEntitled, STALLING, suffers, type VisitPlan } from './plan.js';

/** Whoever cancels is heard at once: what was under way ends meanwhile. Milliseconds. */
const HEARD_MS = 5_000;

/** Whoever stands in front of the machine is heard, is not blamed for what it does wrong, and sees nothing of anybody else. */
export class CustomerInvariants {
  readonly #disk: VirtualDisk;
  readonly #time: VirtualTime;
  readonly #say: (sentence: string) => void;
  /** Somebody has cancelled: when, in virtual time, and in which state. */
  #cancelled: { readonly at: number; readonly state: StateName } | undefined;

  constructor(disk: VirtualDisk, time: VirtualTime, say: (sentence: string) => void) {
    this.#disk = disk;
    this.#time = time;
    this.#say = say;
  }

  onInput(input: PanelInput): void {
    const state = this.#disk.books.transaction?.state;
    if (input.type !== 'cancel' || state === undefined) return;
    if (accepts(state, state === 'consent' ? 'consent.declined' : 'visit.cancelled'))
      this.#cancelled = { at: this.#time.now, state };
  }

  /** The program has died, and with it what it had heard. */
  onDeath(): void {
    this.#cancelled = undefined;
  }

  onShown({ numbers }: Screen, plan: VisitPlan): void {
    if (numbers && !isEntitled(plan)) this.#say('somebody sees numbers who was to be refused');
  }

  /** After it is durable, in the visit of this plan. */
  afterCommit({ transaction, entry }: Commit, plan: VisitPlan): void {
    if (entry?.type === 'face.failed' && plan.matches)
      this.#say('somebody is refused whose face is that of the document');
    if (!transaction) return;
    const cancelled = this.#cancelled;
    this.#cancelled = undefined;
    if (!cancelled || suffers(plan, STALLING) || this.#time.now - cancelled.at < HEARD_MS) return;
    this.#say(`somebody cancels in ${cancelled.state}, and is not heard`);
  }
}
