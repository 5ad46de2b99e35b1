import type { PanelInput, Screen } from '../contracts/panel.js';
import type { VirtualTime } from './clock.js';
import type { Machine } from './machine.js';
import type { VisitPlan } from './plan.js';

/** One person in front of the machine: sees the screen, does what it asks for, or what the plan says instead. */
export class Customer {
  readonly plan: VisitPlan;
  readonly #machine: Machine;
  readonly #time: VirtualTime;
  readonly #input: (input: PanelInput) => void;
  #here = true;
  #last = '';
  transaction: string | undefined;

  constructor(plan: VisitPlan, machine: Machine, time: VirtualTime, input: (input: PanelInput) => void) {
    this.plan = plan;
    this.#machine = machine;
    this.#time = time;
    this.#input = input;
    time.after(plan.arrivesMs, () => this.#press({ type: 'start', service: plan.comesFor }));
  }

  get isHere(): boolean {
    return this.#here;
  }

  leave(): void {
    this.#here = false;
  }

  see({ state, transaction, numbers = [] }: Screen): void {
    if (!this.#here || transaction === undefined) return;
    this.transaction ??= transaction;
    if (state === this.#last || transaction !== this.transaction) return;
    this.#last = state;
    const { leavesAt, cancelsAt, consents, disputes, takes, faults } = this.plan;
    const last = numbers.at(-1);
    if (state === leavesAt) {
      this.leave();
      return;
    }
    if (state === cancelsAt) this.#soon(() => this.#input({ type: 'cancel' }));
    else if (state === 'consent') this.#soon(() => this.#input({ type: consents ? 'agree' : 'cancel' }));
    else if (state === 'choosing' && last) this.#soon(() => this.#input({ type: 'choose', entry: last.entry }));
    else if (state === 'showing' && last && disputes)
      this.#soon(() => this.#input({ type: 'not-mine', entry: last.entry }));
    else if (state === 'showing' || state === 'case-opened') this.#soon(() => this.#input({ type: 'agree' }));
    else if (state === 'presented' && takes) this.#soon(() => this.#grab());
    else if (state === 'retaining' && faults.includes('card-pulled')) this.#time.after(700, () => this.#grab());
  }

  /** A hand takes what is in its reach. */
  #grab(): void {
    if (this.#here) this.#machine.carry('exit', 'taken', 'hand');
  }

  #press(input: PanelInput): void {
    if (this.#here) this.#input(input);
  }

  #soon(act: () => void): void {
    this.#time.after(this.plan.reactsMs, () => {
      if (this.#here) act();
    });
  }
}
