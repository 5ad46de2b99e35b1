import { CHALLENGE_STEPS } from '../../../src/contracts/face-verifier.js';
import { LIMITS } from '../../../src/face/challenge.js';
import type { Live } from '../camera/live.js';
import type { Performer } from '../camera/performer.js';
import { FAR } from '../camera/sitter.js';

const STEPS: ReadonlySet<string> = new Set(CHALLENGE_STEPS);
/** So many steps a challenge has. */
const LAST = 2;
/** How many times as near the kiosk, which does not measure exactly, may take for near enough. */
const NEAR_ENOUGH = LIMITS.closer - 0.1;

/**
 * Somebody does the challenge; as soon as the last step may count as done somebody or something else takes their place: a
 * picture later the kiosk may have seen enough.
 */
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
        return Math.abs(yaw) >= LIMITS.turn.yaw;
      case 'nod':
        return Math.abs(pitch) >= LIMITS.nod.pitch;
      case 'come-closer':
        return share >= NEAR_ENOUGH * FAR;
      case 'blink':
        return this.#first.blinked;
      default:
        return true;
    }
  }
}
