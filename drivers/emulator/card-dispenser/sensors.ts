import { sensors, type Sensor, type Signals } from '../../card-dispenser/signals.js';
import { BouncingContact } from '../bouncing-contact.js';
import type { ChipWires } from '../chip-wires.js';
import type { Cards } from './cards.js';

/** Makers hold the pulse of the retain bin for 200 ms at least. */
const PULSE_MS = 250;
const PULSE_GAP_MS = 60;

/** Those that see cards; the others are the controller's. */
type CardSensor = Exclude<Sensor, 'ready' | 'error' | 'jammed'>;
const seesCards = (sensor: Sensor): sensor is CardSensor => !['ready', 'error', 'jammed'].includes(sensor);

export interface SensorOptions {
  readonly chip: ChipWires;
  readonly signals: Signals;
  readonly lowAt: number;
  readonly binCapacity: number;
  readonly random: () => number;
}

/** What the dispenser's sensors make of where the cards are. */
export class DispenserSensors {
  readonly #cards: Cards;
  readonly #options: SensorOptions;
  readonly #contacts: ReadonlyMap<CardSensor, BouncingContact>;
  #pulses = 0;
  #pulseTimer: NodeJS.Timeout | undefined;

  constructor(cards: Cards, options: SensorOptions) {
    this.#cards = cards;
    this.#options = options;
    const { chip, signals, random } = options;
    this.#contacts = new Map(
      sensors.filter(seesCards).flatMap((sensor) => {
        const signal = signals.inputs[sensor];
        const contact = signal === null ? undefined : new BouncingContact(chip, signal, random, this.#sees(sensor));
        return contact ? [[sensor, contact] as const] : [];
      }),
    );
  }

  show(): void {
    for (const [sensor, contact] of this.#contacts) if (sensor !== 'retained') contact.set(this.#sees(sensor));
  }

  /** A card dropped into the retain bin: one pulse each, one after the other. */
  pulse(): void {
    this.#pulses += 1;
    if (this.#pulses === 1) this.#nextPulse();
  }

  close(): void {
    clearTimeout(this.#pulseTimer);
    for (const contact of this.#contacts.values()) contact.close();
  }

  #nextPulse(): void {
    const contact = this.#contacts.get('retained');
    const end = (): void => {
      this.#pulses -= 1;
      if (this.#pulses > 0) this.#nextPulse();
    };
    // Counted from when the contact has settled: a process that was held up does not swallow a pulse.
    contact?.set(true, () => {
      this.#pulseTimer = setTimeout(() => {
        contact.set(false, () => {
          this.#pulseTimer = setTimeout(end, PULSE_GAP_MS);
        });
      }, PULSE_MS);
    });
  }

  #sees(sensor: CardSensor): boolean {
    const { lowAt, binCapacity } = this.#options;
    switch (sensor) {
      case 'transport':
      case 'exit':
        return this.#cards.count(sensor) > 0;
      case 'low':
        return this.#cards.count('stack') <= lowAt;
      case 'empty':
        return this.#cards.count('stack') === 0;
      case 'retained':
        return false;
      case 'binFull':
        return this.#cards.count('retained') >= binCapacity;
    }
  }
}
