import { wireUp, type Motor, type SignalChanges } from '../../card-dispenser/signals.js';
import { KioskError } from '../../../src/errors.js';
import { Listeners } from '../../../src/lib/listeners.js';
import type { ChipWires } from '../chip-wires.js';
import { BareMotors, type Controller } from './bare-motors.js';
import { Cards } from './cards.js';
import { DispenserSensors } from './sensors.js';
import { EmulatedUnit } from './unit.js';
import { chipLinesOf } from './wirings.js';
import type { Place, PlacedCard } from './world-file.js';

export interface EmulatedDispenserOptions {
  readonly chip: ChipWires;
  /** The stack, the next card first. */
  readonly iccids: readonly string[];
  /** Every movement takes this long. Milliseconds. */
  readonly travelMs: number;
  readonly lowAt?: number;
  readonly binCapacity?: number;
  /** Keeps the cards over a restart (`world-file.ts`). */
  readonly file?: string;
  readonly random?: () => number;
  /** How it is wired; one with an `enable` line has a controller. Left out: motors and sensors on the default lines. */
  readonly signals?: SignalChanges;
  /** A controller does not hear a command that is held for less. Milliseconds. */
  readonly acceptMs?: number;
  /** So long after a movement a controller is ready again. Milliseconds. */
  readonly settleMs?: number;
}

type Destination = Exclude<Place, 'stack'>;

/** The lines a chip needs for a dispenser that is wired as by default. */
export const dispenserChipLines = chipLinesOf();

/** The dispenser behind the lines of a chip: cards, motors that take their time, jams, sensors that bounce. */
export class EmulatedDispenser {
  readonly #cards: Cards;
  readonly #sensors: DispenserSensors;
  readonly #controller: Controller;
  readonly #binCapacity: number;
  readonly #moved = new Listeners<[iccid: string, to: Destination]>();
  readonly #started = new Listeners();
  #jamsLeft = 0;

  constructor(options: EmulatedDispenserOptions) {
    const { chip, iccids, travelMs, lowAt = 5, binCapacity = 20, file, random = Math.random } = options;
    const { acceptMs = 200, settleMs = 0 } = options;
    const signals = wireUp(options.signals);
    this.#binCapacity = binCapacity;
    this.#cards = new Cards(iccids, file);
    this.#sensors = new DispenserSensors(this.#cards, { chip, signals, lowAt, binCapacity, random });
    const mechanics = {
      travelMs,
      grips: () => this.#grips(),
      travelled: (motor: Motor) => this.#travelled(motor),
    };
    const onStarted = (): void => this.#started.emit();
    const cardInTheWay = (): boolean => this.#cards.count('transport') + this.#cards.count('exit') > 0;
    this.#controller =
      signals.outputs.enable === null
        ? new BareMotors(chip, signals, mechanics, onStarted)
        : new EmulatedUnit({ chip, signals, mechanics, acceptMs, settleMs, cardInTheWay, onStarted });
  }

  /** Switches the supply of motors and controller. */
  power(on: boolean): void {
    this.#controller.power(on);
  }

  /** Motors that run now. */
  running(): readonly Motor[] {
    return this.#controller.running();
  }

  /** A motor started. @returns a function that removes the listener */
  onStarted(listener: () => void): () => void {
    return this.#started.add(listener);
  }

  get cardAtExit(): boolean {
    return this.#cards.count('exit') > 0;
  }

  cards(): readonly PlacedCard[] {
    return this.#cards.all;
  }

  counts(): Readonly<Record<'inStack' | 'inTransport' | 'atExit' | 'retained' | 'taken', number>> {
    const count = (at: Place): number => this.#cards.count(at);
    return {
      inStack: count('stack'),
      inTransport: count('transport'),
      atExit: count('exit'),
      retained: count('retained'),
      taken: count('taken'),
    };
  }

  /** @returns a function that removes the listener */
  onMoved(listener: (iccid: string, to: Destination) => void): () => void {
    return this.#moved.add(listener);
  }

  /** The customer's hand. @returns the ICCID @throws `dispenser.no-media` when no card is at the exit */
  takeCard(): string {
    const iccid = this.#cards.first('exit');
    if (iccid === undefined) throw new KioskError('dispenser.no-media', 'exit');
    this.#move(iccid, 'taken');
    return iccid;
  }

  refill(iccids: readonly string[]): void {
    this.#cards.add(iccids);
    this.#sensors.show();
  }

  /** @returns the cards that lay in the retain bin */
  emptyBin(): readonly string[] {
    const removed = this.#cards.remove('retained');
    this.#sensors.show();
    return removed;
  }

  /** The next `times` starts of a motor move nothing. */
  jamNext(times: number): void {
    this.#jamsLeft = times;
  }

  /** Nothing moves until `clearJam`. */
  jamHard(): void {
    this.#jamsLeft = Infinity;
  }

  clearJam(): void {
    this.#jamsLeft = 0;
  }

  /** A technician frees the way by hand; what lay there goes into the retain bin, unseen by its sensor. */
  clearByHand(): void {
    this.clearJam();
    for (const { iccid } of this.#cards.all.filter(({ at }) => at === 'transport' || at === 'exit'))
      this.#cards.move(iccid, 'retained');
    this.#sensors.show();
  }

  close(): void {
    this.#controller.close();
    this.#sensors.close();
    this.#moved.clear();
    this.#started.clear();
  }

  #grips(): boolean {
    if (this.#jamsLeft === 0) return true;
    this.#jamsLeft -= 1;
    return false;
  }

  #travelled(motor: Motor): void {
    if (this.#jamsLeft === Infinity) return;
    switch (motor) {
      case 'feed':
        if (this.#cards.count('transport') === 0) this.#carry('stack', 'transport');
        break;
      case 'present':
        if (!this.cardAtExit) this.#carry('transport', 'exit');
        break;
      case 'retain':
        if (this.#cards.count('retained') >= this.#binCapacity) break;
        this.#carry(this.#cards.count('transport') > 0 ? 'transport' : 'exit', 'retained');
    }
  }

  #carry(from: Place, to: Destination): void {
    const iccid = this.#cards.first(from);
    if (iccid !== undefined) this.#move(iccid, to);
  }

  #move(iccid: string, to: Destination): void {
    this.#cards.move(iccid, to);
    this.#sensors.show();
    if (to === 'retained') this.#sensors.pulse();
    this.#moved.emit(iccid, to);
  }
}
