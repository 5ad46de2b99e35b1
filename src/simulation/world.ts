import type { VirtualTime } from './clock.js';
import type { Course } from './course.js';
import type { VirtualDisk } from './disk.js';
import type { Invariants } from './invariants.js';
import type { Machine } from './machine.js';
import type { VirtualNetwork } from './network.js';
import type { Operator } from './operator.js';
import type { Steering } from './steering.js';
import type { Tally } from './tally.js';

/** What the carrier's side has not heard the end of is sent again after so long. Milliseconds. */
export const AGAIN_MS = 10_000;

/** What outlives every program, and the record of it. */
export interface World {
  readonly time: VirtualTime;
  readonly machine: Machine;
  readonly disk: VirtualDisk;
  readonly network: VirtualNetwork;
  readonly invariants: Invariants;
  readonly course: Course;
  readonly operator: Operator;
  readonly steering: Steering;
  readonly tally: Tally;
  /** Into the history. */
  readonly note: (what: string) => void;
  readonly violate: (means: string) => void;
}

/** What those need of it who steer the kiosk from afar. */
export type Afar = Pick<World, 'time' | 'disk' | 'network' | 'invariants' | 'note' | 'violate'>;
