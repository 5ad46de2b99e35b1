import type { PanelInput, Screen } from '../contracts/panel.js';
import { Customer } from './customer.js';
import { Endings } from './endings.js';
import type { Mishaps } from './mishaps.js';
import { STALLING, suffers, type Fault } from './plan.js';
import type { Technician } from './technician.js';
import type { World } from './world.js';

/** A kiosk that does not open again for so long has a technician come. */
const PATIENCE_MS = 60_000;
/** What a technician takes to put cards in. Milliseconds. */
const REFILL_MS = 1_000;
/** Whoever is not served for so long goes away again. */
const LONGEST_MS = 10 * PATIENCE_MS;
/** Late messages of the last visits are still on their way. */
const DRAIN_MS = 5 * 3_600_000;
/** What went wrong in a visit may be felt in the next one. */
const CALM = 2;
const LOOK_MS = 60_000;
const LOOKS = 500;

/** Faults with which a message may wait longer than a few attempts take. */
const HINDERING: ReadonlySet<Fault> = new Set([
  ...STALLING,
  ...(['messages-late', 'broker-gone', 'carrier-gone', 'carrier-silent', 'carrier-dies', 'carrier-late'] as const),
]);
/** What nobody may notice: the next attempt succeeds. */
const HARMLESS: ReadonlySet<Fault> = new Set(['answer-lost']);

/** Faults with which a greeting may need longer than anybody waits. */
const ISOLATING: ReadonlySet<Fault> = new Set([...HINDERING, 'messages-lost']);

/** Customers, one after the other, in front of whatever program runs. */
export class Visits {
  customer: Customer | undefined;
  readonly #world: World;
  readonly #mishaps: () => Mishaps;
  readonly #technician: Technician;
  readonly #press: (input: PanelInput) => void;
  readonly #last: number;
  #screen: Screen = { state: 'out-of-service' };
  #arrivals = 0;
  /** The program that shows it is dead: nobody is invited by it. */
  #isStale = false;
  /** Visits without a fault, up to the present one. */
  #calm = 0;
  /** When the one under way began, in virtual time, until it has ended. */
  #begun: number | undefined;
  /** The kiosk was closed for long already, and nobody saw why. */
  #isPuzzling = false;
  readonly #endings = new Endings();
  #isDraining = false;
  #delivered = false;

  /** @param last the number of the visit before which it ends */
  constructor(
    world: World,
    last: number,
    technician: Technician,
    mishaps: () => Mishaps,
    press: (input: PanelInput) => void,
  ) {
    this.#world = world;
    this.#last = last;
    this.#technician = technician;
    this.#mishaps = mishaps;
    this.#press = press;
  }

  /** All visits are over, and the carrier has every message. */
  get areOver(): boolean {
    return this.#delivered;
  }

  see(screen: Screen): void {
    const { note, tally, time, course } = this.#world;
    const { state, outcome, reason } = screen;
    const changed = state !== this.#screen.state;
    this.#isStale = false;
    this.#screen = screen;
    if (changed) {
      this.#isPuzzling = false;
      note(`screen ${state} ${reason ?? ''} ${outcome ?? ''}`);
      this.#mishaps().befall(state);
    }
    this.customer?.see(screen);
    if (!changed) return;
    if (state === 'done' && outcome) {
      this.#begun = undefined;
      tally.outcome(outcome);
      this.#judge(outcome, reason);
    }
    if (state === 'idle') time.after(course.plan.breakMs, () => this.next());
  }

  onDeath(): void {
    this.#isStale = true;
  }

  /** What nothing has disturbed for a while ends as it should. */
  #judge(outcome: string, reason: string | undefined): void {
    const { course, violate } = this.#world;
    if (this.#calm >= CALM && !this.#endings.isWell(course.plan, outcome, reason))
      violate(`a visit that nothing disturbs ends as ${outcome}: ${reason ?? ''}`);
  }

  /** The next customer, once the kiosk invites one; a technician first, when nobody was invited for long. */
  next(): void {
    const arrival = (this.#arrivals += 1);
    const again = (): void => {
      if (arrival === this.#arrivals) this.next();
    };
    if (this.#screen.state === 'idle') {
      if (this.#technician.needsCards)
        void this.#technician.refill().then(() => this.#world.time.after(REFILL_MS, again));
      else this.#begin(again);
      return;
    }
    this.#world.time.after(PATIENCE_MS, () => {
      if (arrival === this.#arrivals) this.#wonder();
    });
  }

  /** A technician comes, unless nothing is in the way of a kiosk: it has to open without one. */
  #wonder(): void {
    const { network, course, operator, steering, violate } = this.#world;
    const isHindered = !network.isUp || operator.isKeptClosed || steering.isBusy || suffers(course.plan, ISOLATING);
    const isServing = this.#screen.state !== 'out-of-service';
    if (isServing || isHindered || this.#technician.isNeeded || this.#mishaps().isAnythingLeft) {
      void this.#technician.maintain().then(() => this.next());
      return;
    }
    if (this.#isPuzzling) violate('the kiosk stays closed although nothing is in its way');
    this.#isPuzzling = true;
    this.next();
  }

  #begin(again: () => void): void {
    const { course, disk, machine, network, invariants, operator, steering, tally, time, note, violate } = this.#world;
    if ((!network.isUp || this.#mishaps().isClosed) && !this.#isStale && !suffers(course.plan, STALLING))
      violate('somebody is invited although a sale could not be finished');
    if (disk.books.cards.inStack === 0) violate('somebody is invited although no card is left');
    const quiet = network.isUp && !suffers(course.plan, HINDERING);
    if (this.#isDraining) return;
    const isCutShort = this.#begun !== undefined && time.now - this.#begun < LONGEST_MS;
    if (this.#calm >= CALM && this.#begun !== undefined && !isCutShort)
      violate('a visit that nothing disturbs does not end');
    this.#begun = time.now;
    const isOver = course.visit + 1 >= this.#last;
    course.next(isOver);
    this.customer?.leave();
    if (isOver) {
      this.#drain();
      return;
    }
    this.#technician.succeed();
    const seen = !machine.hasLied && !machine.hasDoubled;
    machine.forgive();
    const { faults, order, settings } = course.plan;
    if (order) operator.plan(order);
    for (const one of settings) steering.plan(one);
    const isSound = !machine.hasLied && !machine.stuck && !machine.isDirty;
    const isSteered = operator.isBusy || steering.isBusy;
    const isWhole = network.isUp && isSound && !isSteered && !this.#mishaps().isAnythingLeft;
    this.#calm = !isCutShort && isWhole && faults.every((fault) => HARMLESS.has(fault)) ? this.#calm + 1 : 0;
    invariants.nextVisit(course.plan, quiet, seen);
    for (const fault of faults) tally.fault(fault);
    note(`visit ${course.visit} ${faults.join(' ')}`);
    this.customer = new Customer(course.plan, machine, time, this.#press);
    time.after(LONGEST_MS, again);
  }

  /** Nothing goes wrong any more: everything is to be delivered. */
  #drain(): void {
    const { network, disk, time, violate } = this.#world;
    this.#isDraining = true;
    if (!this.#endings.areWell) violate('one customer after the other is sent away for what came before');
    this.#world.invariants.nextVisit(undefined, false, false);
    network.rise();
    network.come();
    let looks = 0;
    const look = (): void => {
      const { lastSeq, acknowledged } = disk.books.meta;
      if (lastSeq === acknowledged) this.#delivered = true;
      else if ((looks += 1) > LOOKS) violate('messages are not delivered');
      else time.after(LOOK_MS, look);
    };
    time.after(DRAIN_MS, look);
  }
}
