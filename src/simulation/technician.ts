import type { Fate } from '../contracts/control.js';
import type { Card } from '../journal/stock.js';
import { answerOf } from '../kiosk/control-socket.js';
import { carryOut, type Workshop } from '../kiosk/technician.js';
import { batchIccids } from '../lib/iccid.js';
import type { Program } from './program.js';
import type { World } from './world.js';

const REFILL = 100;
/** Cards that are left when the technician comes: every other time too late. */
const LOW = [5, 0] as const;
/** Every so many refills one is put into the books twice. */
const FORGETS = 3;
/** Every so many refills the kiosk is in maintenance meanwhile, and the stack is counted. */
const CAREFUL = 2;
/** Every so many refills the stack is emptied first: all of it goes in anew, and into the books. */
const EMPTIES = 4;
/** Every so many jams the card is taken out, else only loosened: the kiosk keeps it itself. */
const THOROUGH = 2;
/** History of the journal. */
const KEPT_MS = 3_600_000;
/** Visits in vain before a technician gives up. */
const PATIENCE = 100;

/** Who refills the kiosk, frees what is stuck, and settles what nobody knows. */
export class Technician {
  readonly #world: World;
  readonly #program: () => Program;
  #loaded = 0;
  #inVain = 0;
  #jams = 0;
  /** Cards that were put in and are not in the books yet. */
  #list: readonly string[] | undefined;

  constructor(world: World, program: () => Program) {
    this.#world = world;
    this.#program = program;
  }

  /** In the stack or by the books: a double feed leaves the books with more than there are, a foreign card with fewer. */
  get needsCards(): boolean {
    const { machine, disk } = this.#world;
    const low = LOW[(this.#loaded / REFILL) % LOW.length] ?? 0;
    return this.#list !== undefined || Math.min(machine.count('stack'), disk.books.cards.inStack) <= low;
  }

  /** Something is in the machine, or in its books, that only hands can put right. */
  get isNeeded(): boolean {
    const { machine, disk, invariants } = this.#world;
    const { maintenance } = disk.books.meta;
    if (this.needsCards || maintenance || machine.stuck || machine.hasLied || invariants.scanner.refusesCards)
      return true;
    // A card that only lies there the kiosk keeps inside by itself, sooner or later.
    return this.#program().dispenser.fault() === 'dispenser.media-jam';
  }

  /** The kiosk serves somebody. */
  succeed(): void {
    this.#inVain = 0;
  }

  /** Puts cards in, then the list into the books: again, when the program died over it. */
  async refill(): Promise<void> {
    const { workshop } = this.#program();
    if (!workshop) return;
    const { disk, machine } = this.#world;
    const isCareful = this.#loaded % (CAREFUL * REFILL) === 0;
    if (isCareful) await this.#asked(workshop, { command: 'maintenance', on: true });
    if (isCareful && this.#loaded % (EMPTIES * REFILL) === 0) await this.#empty(workshop);
    const list = (this.#list ??= this.#putIn());
    const text = list.join('\n');
    await this.#asked(workshop, { command: 'stock-load', text });
    // Whether it was done already is not always remembered.
    if (this.#loaded % (FORGETS * REFILL) === 0) await this.#asked(workshop, { command: 'stock-load', text });
    if (isCareful) await this.#asked(workshop, { command: 'stock-count', counted: machine.count('stack') });
    await this.#finish();
    await this.#prune(workshop);
    // Somebody may have come for the same in the meantime.
    if (this.#list === list && disk.books.stock.card(list[0] ?? '')) this.#list = undefined;
  }

  /** Takes all cards out and puts them in again, in front of new ones; what is in the books already goes out of them first. */
  async #empty(workshop: Workshop): Promise<void> {
    const { disk, machine } = this.#world;
    if (this.#list !== undefined) return;
    await this.#asked(workshop, { command: 'stock-unload' });
    if (disk.books.cards.inStack > 0) return;
    const again = machine.unload();
    machine.load(again);
    this.#list = [...again, ...this.#putIn()];
  }

  /** Lets old history go, as the service does daily. */
  async #prune({ journal, clock }: Workshop): Promise<void> {
    const { disk, violate } = this.#world;
    const now = clock.now();
    const before = now - KEPT_MS;
    const isOver = ({ location }: Card): boolean => location === 'taken' || location === 'retained';
    const young = [...disk.books.stock.all()].filter((card) => isOver(card) && card.at >= before);
    const pruned = journal.prune(before, now).then(() => {
      const all = [...disk.books.stock.all()];
      if (young.some(({ iccid }) => !disk.books.stock.card(iccid))) violate('history goes that is not old');
      const present = new Set(all.filter((card) => !isOver(card)).map(({ batch }) => batch));
      if (all.some((card) => isOver(card) && card.at < before && !present.has(card.batch)))
        violate('old history stays');
    });
    await this.#orDeath(pruned);
  }

  /** Maintenance ends: by the next one who comes, when the program dies over it. */
  async #finish(): Promise<void> {
    const { workshop } = this.#program();
    if (!workshop || !this.#world.disk.books.meta.maintenance) return;
    await this.#asked(workshop, { command: 'maintenance', on: false });
  }

  /** @returns the list of the cards */
  #putIn(): readonly string[] {
    const list = batchIccids(REFILL, this.#loaded + 1);
    this.#loaded += REFILL;
    this.#world.machine.load(list);
    return list;
  }

  /** Tries the machine whatever it does: while somebody is served it is to say no. */
  async meddle(): Promise<void> {
    const { workshop } = this.#program();
    if (workshop) await this.#asked(workshop, { command: 'reset' });
  }

  async maintain(): Promise<void> {
    const { workshop, dispenser } = this.#program();
    if (!workshop) return;
    const { machine, violate } = this.#world;
    this.#inVain += 1;
    if (this.#inVain > PATIENCE) violate('the kiosk does not open again');
    machine.isDirty = false;
    if (dispenser.fault() === 'dispenser.media-jam') {
      machine.stuck = false;
      this.#jams += 1;
      const takesOut = this.#jams % THOROUGH === 0;
      for (const place of ['exit', 'transport'] as const) while (takesOut && machine.carry(place, 'retained', 'hand'));
    }
    await this.#asked(workshop, { command: 'reset' });
    if (this.needsCards) await this.refill();
    await this.#finish();
    for (const iccid of workshop.journal.uncertain()) {
      await this.#asked(workshop, { command: 'settle', iccid, fate: this.#fateOf(iccid) });
    }
  }

  /** It never left the stack when a card is there that the books do not have there; else another may have left in its place. */
  #fateOf(iccid: string): Fate {
    const { machine, disk } = this.#world;
    if (machine.place(iccid) === 'taken') return 'taken';
    const wasRead = disk.books.stock.card(iccid)?.read !== null;
    return !wasRead && machine.count('stack') > disk.books.cards.inStack ? 'stack' : 'retained';
  }

  #asked(workshop: Workshop, ask: Parameters<typeof carryOut>[1]): Promise<void> {
    const program = this.#program();
    return this.#orDeath(answerOf(carryOut(workshop, ask, 'simulation'), (error) => program.fail(error)));
  }

  /** A refusal is an answer, and a program that dies gives none. */
  async #orDeath(work: Promise<unknown>): Promise<void> {
    const { life } = this.#program();
    // It may have died over what was asked before.
    if (!life.alive) {
      work.catch(() => undefined);
      return;
    }
    await new Promise<void>((resolve) => {
      const forget = life.onEnd(resolve);
      const done = (): void => {
        forget();
        resolve();
      };
      work.then(done, done);
    });
  }
}
