import { seededRandom } from '../lib/random.js';
import type { CommitFate } from './disk.js';
import type { Movement } from './dispenser.js';
import type { Motor } from './machine.js';
import type { Passage, Service } from './network.js';
import { drawPlan, type Fault, type Profile, type VisitPlan } from './plan.js';

const LOST = 0.4;
const DOUBLED = 0.4;
const [QUICKEST_MS, QUICK_MS, LATEST_MS] = [20, 60, 4 * 3_600_000];
/** Of late messages half come within a few seconds, one in ten needs more than an hour. */
const LATENESS = 12;

/** What the course of the visits is drawn from. */
interface Drawn {
  readonly first?: number;
  readonly seed: number;
  readonly profile: Profile;
  readonly muted?: ReadonlySet<Fault>;
  readonly without?: ReadonlySet<number>;
}

/** The visit under way: what was drawn for it, and what of that has happened already. */
export class Course {
  readonly #drawn: Drawn;
  readonly #muted: ReadonlySet<Fault>;
  #befallen = new Set<string>();
  #random: () => number;
  #plan: VisitPlan;
  #faults: ReadonlySet<Fault> = new Set();
  #visit: number;
  #transactions = 0;
  #boundaries = 0;
  #commits = 0;
  #jammed = false;
  #doubleFed = false;

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
    this.#muted = drawn.muted ?? new Set();
    this.#visit = (drawn.first ?? 0) - 1;
    this.#random = seededRandom(drawn.seed);
    this.#plan = drawPlan(this.#random, 'none', this.#muted);
  }

  get plan(): VisitPlan {
    return this.#plan;
  }

  /** Its number: every visit is drawn from this and the seed alone. */
  get visit(): number {
    return this.#visit;
  }

  has(fault: Fault): boolean {
    return this.#faults.has(fault);
  }

  /** @param undisturbed nothing goes wrong any more */
  next(undisturbed: boolean): void {
    const { seed, profile } = this.#drawn;
    do this.#visit += 1;
    while (this.#drawn.without?.has(this.#visit));
    this.#random = seededRandom(mixed(seed, this.#visit));
    this.#plan = drawPlan(this.#random, undisturbed ? 'none' : profile, this.#muted);
    this.#faults = new Set(this.#plan.faults);
    this.#transactions = this.#boundaries = this.#commits = 0;
    this.#jammed = this.#doubleFed = false;
    this.#befallen = new Set();
  }

  /** A version 4 UUID (RFC 9562) of the number of the visit and of the transaction in it. */
  newTransaction(): string {
    const nth = (this.#transactions += 1).toString(16).padStart(8, '0');
    return `${nth}-0000-4000-8000-${this.#visit.toString(16).padStart(VISIT_DIGITS, '0')}`;
  }

  /** A boundary of a commit or an effect is reached. @returns whether the program dies there */
  dies(): boolean {
    return this.#plan.crashes.has((this.#boundaries += 1));
  }

  commitFate(): CommitFate {
    return this.#plan.commitFates.get((this.#commits += 1)) ?? 'written';
  }

  /** @returns whether the state is entered for the first time */
  enters(state: string): boolean {
    if (this.#befallen.has(state)) return false;
    this.#befallen.add(state);
    return true;
  }

  movement(motor: Motor): Movement {
    const { jams } = this.#plan;
    const jammed = jams?.motor === motor && !this.#jammed;
    if (jammed) this.#jammed = true;
    const double = motor === 'feed' && this.has('double-feed') && !this.#doubleFed;
    if (double) this.#doubleFed = true;
    return { jams: jammed ? (jams.hard ? 'hard' : 'for-now') : 'not', cards: double ? 2 : 1 };
  }

  /** What the carrier does with an event of this type. */
  service(type: string): Service {
    const { service, hinders } = this.#plan;
    return service === 'dies-after-commit' || type === hinders ? service : 'serves';
  }

  passage(): Passage {
    if (this.has('messages-lost') && this.#random() < LOST) return NOWHERE;
    const isDoubled = this.has('messages-doubled') && this.#random() < DOUBLED;
    const first = this.#delayMs();
    return {
      delaysMs: isDoubled ? [first, this.#delayMs()] : [first],
      inOrder: !isDoubled && !this.has('messages-late') && !this.has('messages-reordered'),
    };
  }

  #delayMs(): number {
    const drawn = this.#random();
    const delay = this.has('messages-late') ? drawn ** LATENESS * LATEST_MS : drawn * QUICK_MS;
    return Math.round(QUICKEST_MS + delay);
  }
}

const NOWHERE: Passage = { delaysMs: [], inOrder: true };

/** A seed of its own for every visit. */
function mixed(seed: number, visit: number): number {
  return (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(visit + 1, 0xc2b2ae35)) >>> 0;
}

const VISIT_DIGITS = 12;

/** The visit in which a transaction was begun. */
export const visitOf = (transaction: string): number => Number.parseInt(transaction.slice(-VISIT_DIGITS), 16);
