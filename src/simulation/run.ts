import { createHash, type Hash } from 'node:crypto';
import { pino } from 'pino';
import type { Screen } from '../contracts/panel.js';
import { codeOf, type ErrorCode } from '../errors.js';
import { CarrierDesk } from '../kiosk/carrier-desk.js';
import { Kiosk } from '../kiosk/kiosk.js';
import { carryOut, workshopOf, type Workshop } from '../kiosk/technician.js';
import { Journal } from '../journal/journal.js';
import { batchIccids } from '../lib/iccid.js';
import { seededRandom } from '../lib/random.js';
import { defaultLimits } from '../transaction/step.js';
import type { StateName } from '../transaction/states.js';
import { Life, settled, VirtualTime } from './clock.js';
import { Customer } from './customer.js';
import { createDevices, type Surroundings, type VirtualDevices } from './devices.js';
import { VirtualDisk } from './disk.js';
import { VirtualDispenser, type Movement } from './dispenser.js';
import { Invariants } from './invariants.js';
import { Machine, type Motor } from './machine.js';
import { VirtualNetwork, type Passage } from './network.js';
import { drawPlan, type Fault, type Profile, type VisitPlan } from './plan.js';
import { blindTrust } from './trust.js';

export interface RunOptions {
  /** Visits to be made, and the number of the first one. */
  readonly transactions: number;
  readonly first?: number;
  readonly seed: number;
  readonly profile: Profile;
  readonly muted?: ReadonlySet<Fault>;
  /** Every step, for people. */
  readonly tell?: (line: string) => void;
}

export interface RunResult {
  readonly transactions: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly crashes: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly crashesByState: Readonly<Record<string, number>>;
  /** The first violations, and the visit in which they were seen. */
  readonly violations: readonly { readonly transaction: number; readonly means: string }[];
  /** SHA-256 over the whole history. */
  readonly digest: string;
}

const KIOSK = 'simulated';
const EPOCH = '00000000-0000-4000-8000-000000000000';
const REFILL = 200;
const LOW = 5;
const BETWEEN_MS = 1_000;
/** A kiosk that does not open again for so long has a technician come. */
const PATIENCE_MS = 60_000;
const HISTORY_CHUNK = 200;
const SILENT = pino({ level: 'silent' });

interface Program {
  readonly life: Life;
  readonly devices: VirtualDevices;
  readonly dispenser: VirtualDispenser;
  /** There once the journal was read. */
  workshop?: Workshop;
}

/** A kiosk, its world, and many visits one after the other, in virtual time. */
export class Simulation {
  readonly #options: RunOptions;
  readonly #time = new VirtualTime();
  readonly #machine = new Machine();
  readonly #disk = new VirtualDisk(KIOSK, EPOCH);
  readonly #network: VirtualNetwork;
  readonly #invariants: Invariants;
  readonly #muted: ReadonlySet<Fault>;
  readonly #hash: Hash = createHash('sha256');
  #history: string[] = [];
  #program: Program;
  #random: () => number;
  #plan: VisitPlan;
  #customer: Customer | undefined;
  /** Number of the visit. */
  #visit: number;
  #boundary = 0;
  #commit = 0;
  #loaded = 0;
  #gone = new Set<'idReader' | 'camera' | 'verifier' | 'dispenser'>();
  #lostFrame = false;
  readonly #befallen = new Set<string>();
  #jamUsed = false;
  #doubleFed = false;
  #screen: Screen = { state: 'out-of-service' };
  #arrivals = 0;
  #visitsOfTechnicians = 0;
  /** Cards that were put in and are not in the books yet. */
  #list: readonly string[] | undefined;
  #finished = false;
  readonly #count = { crashes: 0, faults: {} as Record<string, number>, byState: {} as Record<string, number> };
  readonly #outcomes: Record<string, number> = {};
  readonly #violations: { transaction: number; means: string }[] = [];

  constructor(options: RunOptions) {
    this.#options = options;
    this.#muted = options.muted ?? new Set();
    this.#visit = (options.first ?? 0) - 1;
    this.#random = seededRandom(options.seed);
    this.#plan = drawPlan(this.#random, 'none', this.#muted);
    this.#network = new VirtualNetwork(this.#time, KIOSK, {
      passage: () => this.#passage(),
      service: () => this.#plan.service,
      onTaken: (event, payload, upTo) => {
        this.#invariants.onTaken(event, payload, upTo);
        this.#note('carrier', event.type, event.seq);
      },
    });
    this.#invariants = new Invariants(this.#disk, this.#machine, this.#network.store);
    this.#machine.onMoved((move) => {
      this.#note('card', move.iccid, move.from, move.to, move.by);
      this.#invariants.onMoved(move);
    });
    this.#program = this.#start();
  }

  async run(): Promise<RunResult> {
    this.#nextVisit();
    while (!this.#finished && this.#violations.length === 0) {
      await settled();
      this.#look();
      if (!this.#time.advance()) this.#violate('nothing is left to do, and the kiosk waits');
    }
    await settled();
    this.#look();
    if (this.#violations.length === 0) this.#invariants.conclude();
    this.#look();
    this.#flush();
    const made = this.#visit - (this.#options.first ?? 0);
    return {
      transactions: made,
      outcomes: this.#outcomes,
      crashes: this.#count.crashes,
      faults: this.#count.faults,
      crashesByState: this.#count.byState,
      violations: this.#violations,
      digest: this.#hash.digest('hex'),
    };
  }

  // --- the program -----------------------------------------------------------------------------------------------

  #start(): Program {
    const life = new Life(this.#time);
    const dispenser = new VirtualDispenser(this.#machine, this.#time, life, {
      starts: (motor) => this.#starts(motor),
      stopped: (motor) => this.#reach(`stopped ${motor}`),
      coasts: () => this.#plan.coasts,
      isGone: () => this.#gone.has('dispenser'),
    });
    const devices = createDevices(life, this.#machine, dispenser, this.#surroundings(), (screen) => this.#see(screen));
    const program: Program = { life, devices, dispenser };
    this.#boot(program).catch((error: unknown) => {
      if (life.alive) this.#die(codeOf(error));
    });
    return program;
  }

  async #boot(program: Program): Promise<void> {
    const { life, devices } = program;
    const { clock } = life;
    const store = this.#disk.mount({
      before: (commit) => {
        this.#invariants.onCommit(commit);
        const fate = this.#plan.commitFates.get((this.#commit += 1)) ?? 'written';
        this.#reach('commit', commit.entry?.type ?? 'counters');
        return fate;
      },
      after: (commit) => {
        this.#invariants.afterCommit(commit, this.#time.now);
        this.#note('committed', commit.entry?.type ?? 'counters', commit.entry?.state ?? '', commit.meta.head);
        this.#reach('committed', commit.entry?.type ?? 'counters');
      },
      isAlive: () => life.alive,
    });
    const journal = await Journal.over(store);
    const link = this.#network.join(life);
    const desk = new CarrierDesk(link, journal, { kiosk: KIOSK, version: '0', trust: blindTrust }, clock, SILENT);
    await desk.hello(KIOSK, await journal.nextSession());
    let transactions = 0;
    const onFatal = (error: unknown): void => {
      if (life.alive) this.#die(codeOf(error));
    };
    const kiosk = new Kiosk(
      {
        ...{ devices, journal, desk, clock, log: SILENT, captureMs: 15_000, farewellMs: 500, stepMs: 6_000 },
        drawChallenge: () => [],
        rules: { accepted: ['foreign-permanent-resident'], minimumAge: 16 },
        seal: (holder) => Promise.resolve(JSON.stringify(holder)),
      },
      {
        limits: defaultLimits,
        services: ['new-sim'],
        consent: { version: '1', sha256: '' },
        newTransaction: () => transactionOf(this.#visit, (transactions += 1)),
        onFatal,
      },
    );
    program.workshop = workshopOf(kiosk, desk, { journal, clock, devices });
    kiosk.start();
  }

  /** A place at which a program may die. */
  #reach(...what: readonly string[]): void {
    if (this.#plan.crashes.has((this.#boundary += 1))) this.#die(what.join(' '));
  }

  #die(where: string): void {
    const state: StateName = this.#disk.books.transaction?.state ?? 'out-of-service';
    this.#count.crashes += 1;
    this.#count.byState[state] = (this.#count.byState[state] ?? 0) + 1;
    this.#note('dies', where, state);
    this.#program.life.end();
    this.#time.after(this.#plan.restartMs, () => {
      this.#note('starts');
      this.#program = this.#start();
    });
  }

  // --- the world -------------------------------------------------------------------------------------------------

  #surroundings(): Surroundings {
    const offline: Readonly<Record<'idReader' | 'camera' | 'verifier', ErrorCode>> = {
      idReader: 'reader.offline',
      camera: 'camera.offline',
      verifier: 'face.engine-starting',
    };
    return {
      document: () => this.#plan.document,
      isPresent: () => this.#customer?.isHere ?? false,
      holder: () => this.#plan.holder,
      matches: () => this.#plan.matches,
      fault: (name) => (this.#gone.has(name) ? offline[name] : undefined),
      losesFrame: () => {
        const loses = this.#lostFrame;
        this.#lostFrame = false;
        return loses;
      },
    };
  }

  #starts(motor: Motor): Movement {
    this.#invariants.onMotor(motor);
    this.#note('motor', motor);
    this.#reach(`motor ${motor}`);
    const { jams, faults } = this.#plan;
    const jammed = jams?.motor === motor && !this.#jamUsed;
    if (jammed) this.#jamUsed = true;
    const double = motor === 'feed' && faults.includes('double-feed') && !this.#doubleFed;
    if (double) this.#doubleFed = true;
    return { jams: jammed ? (jams.hard ? 'hard' : 'for-now') : 'not', cards: double ? 2 : 1 };
  }

  #passage(): Passage {
    const { faults } = this.#plan;
    if (faults.includes('messages-lost') && this.#random() < 0.4) return { delaysMs: [] };
    const late = faults.includes('messages-late');
    const delay = (): number => (late ? this.#random() ** 8 * 4 * 3_600_000 + 20 : 20 + this.#random() * 60);
    return { delaysMs: faults.includes('messages-doubled') && this.#random() < 0.4 ? [delay(), delay()] : [delay()] };
  }

  #see(screen: Screen): void {
    const changed = screen.state !== this.#screen.state;
    this.#screen = screen;
    if (changed) {
      this.#note('screen', screen.state, screen.reason ?? '', screen.outcome ?? '');
      this.#befall(screen.state);
    }
    this.#customer?.see(screen);
    if (screen.state === 'done' && changed && screen.outcome)
      this.#outcomes[screen.outcome] = (this.#outcomes[screen.outcome] ?? 0) + 1;
    if (screen.state === 'idle' && changed) this.#time.after(BETWEEN_MS, () => this.#nextVisit());
  }

  /** What the plan has in store for this state, the first time it is entered. */
  #befall(state: string): void {
    if (this.#befallen.has(state)) return;
    this.#befallen.add(state);
    const { lie, doorAt, goneAt, goneMs, faults, jumpMs } = this.#plan;
    if (lie?.state === state) {
      this.#machine.lie(lie.sensor, lie.says);
      this.#time.after(lie.ms, () => this.#machine.speakTruth(lie.sensor));
    }
    if (doorAt === state) {
      const { devices } = this.#program;
      this.#time.after(200, () => devices.openDoor(true));
      this.#time.after(5_000, () => this.#program.devices.openDoor(false));
    }
    if (goneAt !== state) return;
    for (const [fault, device] of GONE) if (faults.includes(fault)) this.#lose(device, goneMs);
    if (faults.includes('reader-frames-lost')) this.#lostFrame = true;
    if (faults.includes('clock-jumps')) this.#time.wallOffset += jumpMs;
    if (!faults.includes('broker-gone')) return;
    this.#network.fall();
    this.#time.after(goneMs, () => this.#network.rise());
  }

  #lose(device: 'idReader' | 'camera' | 'verifier' | 'dispenser', ms: number): void {
    this.#gone.add(device);
    this.#program.devices.review();
    this.#time.after(ms, () => {
      this.#gone.delete(device);
      this.#program.devices.review();
    });
  }

  // --- visits ----------------------------------------------------------------------------------------------------

  /** The next customer, once the kiosk invites one; a technician first, when nobody was invited for long. */
  #nextVisit(): void {
    const arrival = (this.#arrivals += 1);
    if (this.#screen.state !== 'idle') {
      this.#time.after(PATIENCE_MS, () => {
        if (arrival === this.#arrivals) void this.#maintain().then(() => this.#nextVisit());
      });
      return;
    }
    if (this.#needsCards) {
      void this.#refill().then(() => {
        if (arrival === this.#arrivals) this.#nextVisit();
      });
      return;
    }
    this.#beginVisit(arrival);
  }

  #beginVisit(arrival: number): void {
    const { transactions, first = 0, seed, profile } = this.#options;
    this.#visit += 1;
    this.#tidy();
    if (this.#visit - first >= transactions) {
      this.#plan = drawPlan(this.#random, 'none', this.#muted);
      this.#drain();
      return;
    }
    this.#random = seededRandom(mixed(seed, this.#visit));
    this.#plan = drawPlan(this.#random, profile, this.#muted);
    this.#visitsOfTechnicians = 0;
    this.#boundary = 0;
    this.#commit = 0;
    this.#jamUsed = false;
    this.#doubleFed = false;
    this.#befallen.clear();
    this.#machine.hasLied = false;
    const { matches, document, consents } = this.#plan;
    this.#invariants.entitled = matches && document === 'good' && consents;
    for (const fault of this.#plan.faults) this.#count.faults[fault] = (this.#count.faults[fault] ?? 0) + 1;
    this.#note('visit', this.#visit, ...this.#plan.faults);
    this.#customer?.leave();
    this.#customer = new Customer(this.#plan, this.#machine, this.#time, (input) =>
      this.#program.devices.panel.input(input),
    );
    // Whoever was not served goes away again, and the next one comes.
    this.#time.after(PATIENCE_MS * 10, () => {
      if (arrival === this.#arrivals) this.#nextVisit();
    });
  }

  /** In the stack or by the books: a double feed leaves the books with more than there are, a foreign card with fewer. */
  get #needsCards(): boolean {
    return this.#list !== undefined || Math.min(this.#machine.count('stack'), this.#disk.books.cards.inStack) <= LOW;
  }

  /** Puts cards in, then the list into the books: again, when the program died over it. */
  async #refill(): Promise<void> {
    const { workshop } = this.#program;
    if (!workshop) return;
    if (!this.#list) {
      this.#list = batchIccids(REFILL, this.#loaded + 1);
      this.#loaded += REFILL;
      this.#machine.load(this.#list);
    }
    await this.#asked(workshop, { command: 'stock-load', text: this.#list.join('\n') });
    const now = workshop.clock.now();
    await this.#orDeath(workshop.journal.prune(now - KEPT_MS, now));
    if (this.#disk.books.stock.card(this.#list[0] ?? '')) this.#list = undefined;
  }

  /** A technician frees what is stuck, and settles what nobody knows. */
  async #maintain(): Promise<void> {
    const { workshop } = this.#program;
    if (!workshop) return;
    this.#visitsOfTechnicians += 1;
    if (this.#visitsOfTechnicians > PATIENT_TECHNICIAN) this.#violate('the kiosk does not open again');
    if (this.#program.dispenser.fault() === 'dispenser.media-jam') {
      this.#machine.stuck = false;
      for (const place of ['exit', 'transport'] as const) while (this.#machine.carry(place, 'retained', 'hand'));
    }
    await this.#asked(workshop, { command: 'reset' });
    if (this.#needsCards) await this.#refill();
    for (const iccid of workshop.journal.uncertain()) {
      const fate = this.#machine.place(iccid) === 'taken' ? 'taken' : 'retained';
      await this.#asked(workshop, { command: 'settle', iccid, fate });
    }
  }

  #asked(workshop: Workshop, ask: Parameters<typeof carryOut>[1]): Promise<void> {
    return this.#orDeath(carryOut(workshop, ask, 'simulation'));
  }

  /** A refusal is an answer, and a program that dies gives none. */
  async #orDeath(work: Promise<unknown>): Promise<void> {
    const died = new Promise<void>((resolve) => this.#program.life.onEnd(resolve));
    await Promise.race([work.catch(() => undefined), died]);
  }

  /** No more faults: everything is to be delivered. */
  #drain(): void {
    if (!this.#network.isUp) this.#network.rise();
    let looks = 0;
    const look = (): void => {
      const { lastSeq, acknowledged } = this.#disk.books.meta;
      if (lastSeq === acknowledged) this.#finished = true;
      else if ((looks += 1) > PATIENT_TECHNICIAN) this.#violate('messages are not delivered');
      else this.#time.after(60_000, look);
    };
    // Late messages of the last visits are still on their way.
    this.#time.after(5 * 3_600_000, look);
  }

  // --- the record ------------------------------------------------------------------------------------------------

  #tidy(): void {
    const old = this.#visit - KEPT_VISITS;
    if (old < 0) return;
    for (let n = 1; n <= 3; n += 1) this.#invariants.forget(transactionOf(old, n));
  }

  #look(): void {
    this.#invariants.look(this.#time.now);
    for (const means of this.#invariants.violations.splice(0)) this.#violate(means);
  }

  #violate(means: string): void {
    this.#violations.push({ transaction: this.#visit, means });
    this.#options.tell?.(`VIOLATION ${means}`);
  }

  #note(...what: readonly (string | number)[]): void {
    const line = `${this.#time.now.toFixed(3)} ${what.join(' ')}`;
    this.#options.tell?.(line);
    this.#history.push(line);
    if (this.#history.length >= HISTORY_CHUNK) this.#flush();
  }

  #flush(): void {
    this.#hash.update(this.#history.join('\n'));
    this.#history = [];
  }
}

const KEPT_VISITS = 1_000;
/** History of the journal. */
const KEPT_MS = 24 * 3_600_000;
const PATIENT_TECHNICIAN = 500;

const GONE = [
  ['reader-gone', 'idReader'],
  ['camera-gone', 'camera'],
  ['engine-failed', 'verifier'],
  ['dispenser-gone', 'dispenser'],
] as const;

/** A version 4 UUID (RFC 9562) of the number of a visit and of the transaction in it. */
function transactionOf(visit: number, nth: number): string {
  const digits = visit.toString(16).padStart(12, '0');
  return `${(nth & 0xffff_ffff).toString(16).padStart(8, '0')}-0000-4000-8000-${digits}`;
}

/** A seed of its own for every visit. */
function mixed(seed: number, visit: number): number {
  return (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(visit + 1, 0xc2b2ae35)) >>> 0;
}
