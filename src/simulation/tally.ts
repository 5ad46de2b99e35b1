import type { StateName } from '../transaction/states.js';
import type { Fault } from './plan.js';

/** What has happened how often. */
export class Tally {
  crashes = 0;
  readonly faults: Record<string, number> = {};
  readonly crashesByState: Record<string, number> = {};
  readonly outcomes: Record<string, number> = {};

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
