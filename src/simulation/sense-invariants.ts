import type { Commit } from '../journal/books.js';
import { states } from '../transaction/states.js';
import type { VirtualTime } from './clock.js';
import type { VirtualDisk } from './disk.js';

/** A slow disk may come between looking and writing it down. */
const WRITTEN_MS = 60_000;

/** The camera runs where it is needed and nowhere else, and what is decided by the sensors was seen by them. */
export class SenseInvariants {
  readonly #disk: VirtualDisk;
  readonly #time: VirtualTime;
  readonly #say: (sentence: string) => void;
  #isFilming = false;
  /** When the program that runs has looked at the dispenser last. */
  #looked: number | undefined;

  constructor(disk: VirtualDisk, time: VirtualTime, say: (sentence: string) => void) {
    this.#disk = disk;
    this.#time = time;
    this.#say = say;
  }

  /** Before it is durable. */
  onCommit({ entry }: Commit): void {
    if (entry?.type !== 'media.checked') return;
    if (this.#looked === undefined || this.#time.now - this.#looked > WRITTEN_MS)
      this.#say('it is decided by the sensors, and nobody has looked at them');
  }

  /** Between steps. */
  look(): void {
    if (!this.#isFilming) return;
    const { state = 'out-of-service' } = this.#disk.books.transaction ?? {};
    if (!states[state].camera) this.#say(`the camera runs while ${state} is what was committed`);
  }

  onCamera(on: boolean): void {
    this.#isFilming = on;
    this.look();
  }

  /** The sensors of the dispenser say what they see. */
  onSensors(): void {
    this.#looked = this.#time.now;
  }

  /** The program ends, and the camera with it. */
  onDeath(): void {
    this.#isFilming = false;
    this.#looked = undefined;
  }
}
