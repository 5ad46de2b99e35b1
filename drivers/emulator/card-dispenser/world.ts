import { motors, nameLines, sensors, type Motor } from '../../card-dispenser/lines.js';
import { KioskError } from '../../../src/errors.js';
import { Listeners } from '../../../src/lib/listeners.js';
import type { EmulatedGpioChip } from '../gpio-chip.js';
import type { ChipLine } from '../gpio-line.js';
import { Cards } from './cards.js';
import { EmulatedMotor } from './motor.js';
import { DispenserSensors } from './sensors.js';
import type { Place, PlacedCard } from './world-file.js';

export interface EmulatedDispenserOptions {
  readonly chip: EmulatedGpioChip;
  /** The stack, the next card first. */
  readonly iccids: readonly string[];
  /** Every movement takes this long. Milliseconds. */
  readonly travelMs: number;
  readonly lowAt?: number;
  readonly binCapacity?: number;
  /** Keeps the cards over a restart (`world-file.ts`). */
  readonly file?: string;
  readonly random?: () => number;
}

type Destination = Exclude<Place, 'stack'>;

/** The lines a chip needs for this dispenser. */
export const dispenserChipLines: readonly ChipLine[] = [
  ...motors.map((motor): ChipLine => ({ name: nameLines()[motor], direction: 'output' })),
  ...sensors.map((sensor): ChipLine => ({ name: nameLines()[sensor], direction: 'input' })),
];

/** The dispenser behind the lines of a chip: cards, motors that take their time, jams, sensors that bounce. */
export class EmulatedDispenser {
  readonly #cards: Cards;
  readonly #sensors: DispenserSensors;
  readonly #motors: ReadonlyMap<string, EmulatedMotor>;
  readonly #binCapacity: number;
  readonly #moved = new Listeners<[iccid: string, to: Destination]>();
  readonly #removeChip: () => void;
  #jamsLeft = 0;

  constructor(options: EmulatedDispenserOptions) {
    const { chip, iccids, travelMs, lowAt = 5, binCapacity = 20, file, random = Math.random } = options;
    this.#binCapacity = binCapacity;
    this.#cards = new Cards(iccids, file);
    this.#sensors = new DispenserSensors(this.#cards, { chip, lowAt, binCapacity, random });
    const names = nameLines();
    this.#motors = new Map(
      motors.map((motor) => {
        const travelled = (): void => this.#travelled(motor);
        return [names[motor], new EmulatedMotor(travelMs, () => this.#grips(), travelled)];
      }),
    );
    this.#removeChip = chip.onOutput((line, running) => this.#motors.get(line)?.set(running));
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

  close(): void {
    this.#removeChip();
    for (const motor of this.#motors.values()) motor.set(false);
    this.#sensors.close();
    this.#moved.clear();
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
