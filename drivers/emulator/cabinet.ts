import type { CabinetSignals } from '../cabinet/line-cabinet.js';
import { Listeners } from '../../src/lib/listeners.js';
import { BouncingContact } from './bouncing-contact.js';
import type { ChipWires } from './chip-wires.js';
import type { ChipLine } from './gpio-line.js';
import { Wire } from './wire.js';

/** Buttons and door pull their lines to ground while they are pressed or closed; a cut wire is an open door. */
export const cabinetSignals = {
  agree: { line: 'cabinet-agree', activeLow: true, bias: 'pull-up' },
  cancel: { line: 'cabinet-cancel', activeLow: true, bias: 'pull-up' },
  door: { line: 'cabinet-door', bias: 'pull-up' },
  ready: 'cabinet-ready',
  busy: 'cabinet-busy',
  cameraLight: 'cabinet-camera-light',
} as const satisfies CabinetSignals;

const inputs = ['agree', 'cancel', 'door'] as const;
const lamps = ['ready', 'busy', 'cameraLight'] as const;
export type Lamp = (typeof lamps)[number];

export const cabinetChipLines: readonly ChipLine[] = [
  ...inputs.map((name): ChipLine => ({ name: cabinetSignals[name].line, direction: 'input' })),
  ...lamps.map((name): ChipLine => ({ name: cabinetSignals[name], direction: 'output' })),
];

/** How long a finger stays on a button, and how soon it can be there again. Milliseconds. */
export interface Finger {
  readonly pressMs: number;
  readonly liftMs: number;
}

const FINGER: Finger = { pressMs: 120, liftMs: 80 };

/** Door, buttons and lamps of the kiosk as hands and eyes have them. */
export class EmulatedCabinet {
  readonly #chip: ChipWires;
  readonly #contacts: Readonly<Record<(typeof inputs)[number], BouncingContact>>;
  readonly #lampChanges = new Listeners<[lamp: Lamp, lit: boolean]>();
  readonly #removeOutput: () => void;
  readonly #finger: Finger;
  readonly #fingers = new Set<NodeJS.Timeout>();

  constructor(chip: ChipWires, random: () => number = Math.random, finger = FINGER) {
    this.#chip = chip;
    this.#finger = finger;
    const contact = (name: (typeof inputs)[number]) => new BouncingContact(chip, cabinetSignals[name], random);
    this.#contacts = { agree: contact('agree'), cancel: contact('cancel'), door: contact('door') };
    const wires = lamps.map((lamp) => [lamp, new Wire(cabinetSignals[lamp])] as const);
    this.#removeOutput = chip.onOutput((line, level) => {
      for (const [lamp, wire] of wires) if (wire.line === line) this.#lampChanges.emit(lamp, wire.isActive(level));
    });
  }

  openDoor(): void {
    this.#contacts.door.set(true);
  }

  closeDoor(): void {
    this.#contacts.door.set(false);
  }

  /** Presses a button. Resolves when the finger could press again. */
  press(button: 'agree' | 'cancel'): Promise<void> {
    const contact = this.#contacts[button];
    return new Promise((resolve) => {
      contact.set(true);
      this.#after(this.#finger.pressMs, () => {
        contact.set(false);
        this.#after(this.#finger.liftMs, resolve);
      });
    });
  }

  isLit(lamp: Lamp): boolean {
    return new Wire(cabinetSignals[lamp]).isActive(this.#chip.output(cabinetSignals[lamp]));
  }

  /** @returns a function that removes the listener */
  onLamp(listener: (lamp: Lamp, lit: boolean) => void): () => void {
    return this.#lampChanges.add(listener);
  }

  close(): void {
    this.#removeOutput();
    for (const finger of this.#fingers) clearTimeout(finger);
    for (const contact of Object.values(this.#contacts)) contact.close();
    this.#lampChanges.clear();
  }

  #after(ms: number, work: () => void): void {
    const finger = setTimeout(() => {
      this.#fingers.delete(finger);
      work();
    }, ms);
    this.#fingers.add(finger);
  }
}
