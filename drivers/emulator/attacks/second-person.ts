import { CHALLENGE_STEPS } from '../../../src/contracts/face-verifier.js';
import { LIMITS } from '../../../src/face/challenge.js';
import type { Live } from '../camera/live.js';
import type { Performer } from '../camera/performer.js';
import { FAR } from '../camera/sitter.js';

const STEPS: ReadonlySet<string> = new Set(CHALLENGE_STEPS);
/** So many steps a challenge has. */
const LAST = 2;

/** Somebody does the challenge; in the moment in which the last step is done somebody or something else takes their place. */
export class SecondPerson implements Performer {
  readonly #first: Live;
  readonly #second: Performer;
  #prompt = '';
  #steps = 0;
  #swapped = false;

  constructor(first: Live, second: Performer) {
    this.#first = first;
    this.#second = second;
  }

  asked(prompt: string): void {
    if (prompt !== this.#prompt && STEPS.has(prompt)) this.#steps += 1;
    this.#prompt = prompt;
    this.#first.asked(prompt);
    this.#second.asked(this.#swapped ? prompt : '');
  }

  next(): Promise<Uint8Array> {
    if (this.#steps >= LAST && this.#isDone()) this.#swapped = true;
    return this.#swapped ? this.#second.next() : this.#first.next();
  }

  #isDone(): boolean {
    const { yaw, pitch, share } = this.#first.stance;
    switch (this.#prompt) {
      case 'turn-left':
      case 'turn-right':
        return Math.abs(yaw) >= 24;
      case 'nod':
        return Math.abs(pitch) >= 18;
      case 'come-closer':
        return share >= LIMITS.closer * FAR;
      case 'blink':
        return this.#first.blinked;
      default:
        return true;
    }
  }
}
