import type { Bitmap } from './mesh.js';
import type { Performer } from './performer.js';
import { expose } from './shutter.js';
import { AT_REST, NEAR, type Sitter, type Stance } from './sitter.js';

/** Most that changes from one picture to the next, at 15 a second: degrees, parts of the picture. */
const SPEED = { yaw: 9, pitch: 8, share: 0.04 } as const;
const TURN = 27;
/** Down, and up again: some photographs look down already. */
const NOD = { angle: 24, pictures: 9 } as const;
/** Pictures for which the eyes stay closed and open in turn, while a blink is asked for. */
const LIDS = { closed: 3, open: 3 } as const;

/** Where somebody is on the way to. */
type Goal = Pick<Stance, 'yaw' | 'share'> & { readonly nods: boolean; readonly blinks: boolean };

/** Somebody who does what the screen asks for, at the speed of a person. */
export class Live implements Performer {
  readonly #sitter: Sitter;
  readonly #random: () => number;
  #stance: Stance = AT_REST;
  #goal: Goal = { yaw: 0, share: AT_REST.share, nods: false, blinks: false };
  #prompt = '';
  #frame = 0;

  constructor(sitter: Sitter, random: () => number) {
    this.#sitter = sitter;
    this.#random = random;
  }

  get stance(): Stance {
    return this.#stance;
  }

  /** The eyes were closed and are open again, since a blink was asked for. */
  get blinked(): boolean {
    return this.#goal.blinks && this.#frame > LIDS.closed;
  }

  asked(prompt: string): void {
    if (prompt === this.#prompt) return;
    this.#prompt = prompt;
    this.#frame = 0;
    const facing = { yaw: 0, share: this.#goal.share, nods: false, blinks: false };
    const aim = (angle: number): number => angle + (this.#random() * 2 - 1) * 2;
    switch (prompt) {
      case 'turn-left':
        this.#goal = { ...facing, yaw: aim(TURN) };
        return;
      case 'turn-right':
        this.#goal = { ...facing, yaw: aim(-TURN) };
        return;
      case 'nod':
        this.#goal = { ...facing, nods: true };
        return;
      case 'come-closer':
        this.#goal = { ...facing, share: NEAR };
        return;
      case 'blink':
        this.#goal = { ...facing, blinks: true };
        return;
      default:
        this.#goal = facing;
    }
  }

  async next(): Promise<Uint8Array> {
    return expose(await this.draw(), this.#random);
  }

  /** The next picture, before the camera took it. */
  draw(): Promise<Bitmap> {
    this.#move();
    return this.#sitter.draw(this.#stance);
  }

  #move(): void {
    const about = (middle: number, spread: number): number => middle + (this.#random() * 2 - 1) * spread;
    const { yaw, share, nods, blinks } = this.#goal;
    const down = Math.floor(this.#frame / NOD.pictures) % 2 === 0;
    const pitch = nods ? (down ? -NOD.angle : NOD.angle) : 0;
    const closed = blinks && this.#frame % (LIDS.closed + LIDS.open) < LIDS.closed;
    this.#frame += 1;
    this.#stance = {
      yaw: towards(this.#stance.yaw, yaw, SPEED.yaw),
      pitch: towards(this.#stance.pitch, pitch, SPEED.pitch),
      share: towards(this.#stance.share, share, SPEED.share),
      lids: closed ? about(0.85, 0.15) : 0,
      dx: about(0, 0.008),
      dy: about(0, 0.008),
      narrow: about(1, 0.02),
    };
  }
}

function towards(from: number, to: number, most: number): number {
  return from + Math.min(most, Math.max(-most, to - from));
}
