import type { LogEntry } from '../journal/books.js';
import type { VirtualTime } from './clock.js';
import type { VirtualDisk } from './disk.js';
import { suffers, type Fault, type VisitPlan } from './plan.js';

/** A door moves while the program waits for its disk. */
const SLOW: ReadonlySet<Fault> = new Set(['write-slow', 'write-unheard']);

/** Behind an open door nobody is served, and the carrier hears of it. */
export class DoorInvariants {
  readonly #disk: VirtualDisk;
  readonly #time: VirtualTime;
  readonly #say: (sentence: string) => void;
  /** Since when it is open, outside maintenance and before a program that can do something about it. Milliseconds. */
  #since: number | undefined;
  #reported = false;
  #isRunning = false;
  #isOpen = false;

  constructor(disk: VirtualDisk, time: VirtualTime, say: (sentence: string) => void) {
    this.#disk = disk;
    this.#time = time;
    this.#say = say;
  }

  onMoved(open: boolean, plan: VisitPlan | undefined): void {
    if (!open && this.#isWatched(plan) && !this.#reported) this.#say('nobody hears of a door that was open');
    this.#isOpen = open;
    this.#watch();
  }

  /** A program begins to look at the door: it may be open already. */
  onStart(): void {
    this.#isRunning = true;
    this.#watch();
  }

  onDeath(): void {
    this.#isRunning = false;
    this.#watch();
  }

  #watch(): void {
    const isUsual = this.#isRunning && !this.#disk.books.meta.maintenance;
    this.#since = this.#isOpen && isUsual ? this.#time.now : undefined;
    this.#reported = false;
  }

  /** After it is durable. */
  afterCommit({ type }: LogEntry): void {
    if (type === 'security.tamper') this.#reported = true;
  }

  /** A device does something to or for a customer. */
  onUse(device: string, plan: VisitPlan | undefined): void {
    if (this.#isWatched(plan)) this.#say(`the ${device} is used although the door is open`);
  }

  /** In the moment in which it is opened something else may just happen. */
  #isWatched(plan: VisitPlan | undefined): boolean {
    return this.#since !== undefined && this.#since < this.#time.now && plan !== undefined && !suffers(plan, SLOW);
  }
}
