import type { StateName } from '../transaction/states.js';
import type { Fault } from './plan.js';

export interface Counts {
  readonly crashes: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly crashesByState: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** What has happened how often. */
export class Tally implements Counts {
  crashes = 0;
  readonly faults: Record<string, number> = {};
  readonly crashesByState: Record<string, number> = {};
  readonly outcomes: Record<string, number> = {};

  /** What another world has counted. */
  add({ crashes, faults, crashesByState, outcomes }: Counts): void {
    this.crashes += crashes;
    for (const [mine, theirs] of [
      [this.faults, faults],
      [this.crashesByState, crashesByState],
      [this.outcomes, outcomes],
    ] as const)
      for (const [name, count] of Object.entries(theirs)) mine[name] = (mine[name] ?? 0) + count;
  }

  fault(fault: Fault): void {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
  }

  crash(state: StateName): void {
    this.crashes += 1;
    this.crashesByState[state] = (this.crashesByState[state] ?? 0) + 1;
  }

  outcome(outcome: string): void {
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
  }
}
