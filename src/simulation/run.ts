import { setImmediate } from 'node:timers/promises';
import { VirtualTime } from './clock.js';
import { Course } from './course.js';
import { VirtualDisk } from './disk.js';
import { History } from './history.js';
import { Invariants } from './invariants.js';
import { Machine } from './machine.js';
import { Mishaps } from './mishaps.js';
import { VirtualNetwork } from './network.js';
import { Operator } from './operator.js';
import type { Fault, Profile } from './plan.js';
import { Program } from './program.js';
import { Steering } from './steering.js';
import { Tally, type Counts } from './tally.js';
import { Technician } from './technician.js';
import { Visits } from './visits.js';
import type { World } from './world.js';

export interface RunOptions {
  /** Visits to be made, and the number of the first one. */
  readonly transactions: number;
  readonly first?: number;
  readonly seed: number;
  readonly profile: Profile;
  readonly muted?: ReadonlySet<Fault>;
  /** Visits that nobody makes. */
  readonly without?: ReadonlySet<number>;
  /** Every step, for people. */
  readonly tell?: (line: string) => void;
}

export interface RunResult extends Counts {
  readonly transactions: number;
  /** The first violations, and the visit in which they were seen. */
  readonly violations: readonly { readonly transaction: number; readonly means: string }[];
  /** SHA-256 over the whole history. */
  readonly digest: string;
}

const KIOSK = 'simulated';
const EPOCH = '00000000-0000-4000-8000-000000000000';

/** A kiosk, its world, and many visits one after the other, in virtual time. */
export class Simulation {
  readonly #options: RunOptions;
  readonly #world: World;
  readonly #history: History;
  readonly #mishaps: Mishaps;
  readonly #visits: Visits;
  readonly #violations: { transaction: number; means: string }[] = [];
  #program: Program;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#history = new History(options.tell);
    this.#world = this.#create();
    const technician = new Technician(this.#world, () => this.#program);
    const last = (options.first ?? 0) + options.transactions;
    this.#visits = new Visits(
      this.#world,
      last,
      technician,
      () => this.#mishaps,
      (input) => {
        this.#world.invariants.onInput(input);
        this.#program.devices.panel.input(input);
      },
    );
    this.#mishaps = new Mishaps(
      this.#world,
      () => this.#visits.customer,
      () => this.#program.devices,
      () => void technician.meddle(),
    );
    this.#program = this.#start();
  }

  async run(): Promise<RunResult> {
    const { time, invariants, course, operator, steering, tally } = this.#world;
    const thrown = (error: unknown): void => this.#violate(`something throws: ${String(error)}`);
    process.on('uncaughtException', thrown);
    try {
      this.#visits.next();
      await time.run(() => {
        this.#look();
        if (time.isOver) this.#violate('nothing is left to do, and the kiosk waits');
        return this.#visits.areOver || this.#violations.length > 0;
      }, thrown);
    } finally {
      // What is still under way may throw as well.
      await setImmediate();
      process.off('uncaughtException', thrown);
    }
    if (this.#violations.length === 0) {
      invariants.conclude();
      operator.conclude();
      steering.conclude();
    }
    this.#look();
    const { crashes, faults, crashesByState, outcomes } = tally;
    return {
      transactions: Math.max(0, course.visit - (this.#options.first ?? 0)),
      ...{ outcomes, crashes, faults, crashesByState },
      violations: this.#violations,
      digest: this.#history.digest(),
    };
  }

  #create(): World {
    const time = new VirtualTime();
    const machine = new Machine();
    const disk = new VirtualDisk(KIOSK, EPOCH);
    const course = new Course(this.#options);
    const note = (what: string): void => this.#history.note(time.now, what);
    const network = new VirtualNetwork(time, KIOSK, {
      passage: () => course.passage(),
      service: (type) => course.service(type),
      onTaken(event, payload, upTo) {
        invariants.onTaken(event, payload, upTo);
        const isNew = event.seq === upTo + 1;
        if (event.type === 'command.ended' && isNew) operator.onEnded(event.data);
        if (event.type === 'config.changed' && isNew) steering.onEnded(event.data);
        note(`carrier ${event.type} ${event.seq}`);
      },
      onReply: (payload) => operator.onReply(payload),
      onReport: (payload) => steering.onReport(payload),
    });
    const invariants = new Invariants(disk, machine, network.store, time);
    machine.onMoved((move) => {
      note(`card ${move.iccid} ${move.from} ${move.to} ${move.by}`);
      invariants.onMoved(move);
    });
    const violate = (means: string): void => this.#violate(means);
    const surroundings = { time, disk, network, invariants, note, violate };
    const [operator, steering] = [new Operator(surroundings), new Steering(surroundings)];
    return { time, machine, disk, network, invariants, course, operator, steering, tally: new Tally(), note, violate };
  }

  #start(): Program {
    const { time, course, note } = this.#world;
    return new Program(
      this.#world,
      this.#mishaps,
      (screen) => this.#visits.see(screen),
      () => {
        this.#visits.onDeath();
        this.#mishaps.onDeath();
        time.after(course.plan.restartMs, () => {
          note('starts');
          this.#program = this.#start();
        });
      },
    );
  }

  #look(): void {
    const { invariants } = this.#world;
    invariants.look();
    for (const { means, visit } of invariants.found()) this.#violate(means, visit);
  }

  #violate(means: string, visit = this.#world.course.visit): void {
    this.#violations.push({ transaction: visit, means });
    this.#world.note(`VIOLATION ${means}`);
  }
}
