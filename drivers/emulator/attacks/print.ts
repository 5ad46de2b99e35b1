import sharp from 'sharp';
import type { FaceEngine } from '../../../src/contracts/face-engine.js';
import type { Point } from '../../../src/face/geometry.js';
import { withLids } from '../camera/lids.js';
import { drawMesh, type Bitmap } from '../camera/mesh.js';
import { likenessOf } from '../camera/model.js';
import type { Performer } from '../camera/performer.js';
import { wall } from '../camera/room.js';
import { type Held, sheet } from '../camera/sheet.js';
import { expose } from '../camera/shutter.js';
import { FAR, HEIGHT, NEAR, WIDTH } from '../camera/sitter.js';

/** A photograph on paper. */
export interface Print extends Bitmap {
  /** The middle of the face, and its height. Pixels of the print. */
  readonly centre: Point;
  readonly faceHeight: number;
  readonly points: readonly Point[];
}

/** Height of the face on a print, pixels: as fine as the camera sees it close by. */
const FINE = NEAR * HEIGHT;
const BORDER = 0.06;
/** What a printer does to a picture. */
const INK = { saturation: 0.85, gain: 0.88, offset: 14 } as const;

/** @throws what `decode` throws for a file that is no picture */
export async function print(photo: Uint8Array, engine: FaceEngine): Promise<Print> {
  const { width, points, faces } = await likenessOf(engine, photo);
  const [face] = faces;
  const scale = face ? Math.min(1, FINE / face.height) : 1;
  const border = Math.round(BORDER * width * scale);
  const { data, info } = await sharp(photo)
    .autoOrient()
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .resize({ width: Math.max(1, Math.round(width * scale)) })
    .modulate({ saturation: INK.saturation })
    .linear(INK.gain, INK.offset)
    .extend({ top: border, bottom: border, left: border, right: border, background: '#f4f2ee' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const onPrint = ({ x, y }: Point): Point => ({ x: x * scale + border, y: y * scale + border });
  return {
    width: info.width,
    height: info.height,
    data,
    centre: face
      ? onPrint({ x: face.x + face.width / 2, y: face.y + face.height / 2 })
      : { x: info.width / 2, y: info.height / 2 },
    faceHeight: face ? face.height * scale : info.height / 2,
    points: points.map(onPrint),
  };
}

export type PrintAttack = 'photo-still' | 'photo-moved' | 'photo-tilted' | 'photo-bent' | 'cut-eyes';

/** How the sheet is held, where it is seen, how large the face is, and whether the eyes behind its holes are closed. */
interface Hold extends Held {
  readonly dx: number;
  readonly dy: number;
  readonly share: number;
  readonly closed: boolean;
}

const STILL: Hold = { tilt: 0, lean: 0, bend: 0, dx: 0, dy: 0, share: FAR, closed: false };
/** Most that changes from one picture to the next. */
const SPEED = { angle: 9, shift: 0.02, share: 0.04 } as const;

/** Somebody who holds a print up and does with it what comes nearest to what is asked for. */
export class PrintHolder implements Performer {
  readonly #print: Print;
  readonly #attack: PrintAttack;
  readonly #random: () => number;
  #hold: Hold;
  #goal: Hold;
  #prompt = '';
  #frame = 0;

  constructor(sheetOfPaper: Print, attack: PrintAttack, random: () => number) {
    this.#print = sheetOfPaper;
    this.#attack = attack;
    this.#random = random;
    this.#hold = { ...STILL, bend: attack === 'photo-bent' ? 100 : 0 };
    this.#goal = this.#hold;
  }

  asked(prompt: string): void {
    if (prompt === this.#prompt) return;
    this.#prompt = prompt;
    this.#frame = 0;
    const { bend, share } = this.#goal;
    const facing = { ...STILL, bend, share };
    this.#goal = this.#attack === 'photo-still' ? facing : { ...facing, ...this.#answer(prompt) };
  }

  async next(): Promise<Uint8Array> {
    return expose(await this.draw(), this.#random);
  }

  /** The next picture, before the camera took it. */
  async draw(): Promise<Bitmap> {
    this.#move();
    const { dx, dy, share, closed } = this.#hold;
    const about = (middle: number, spread: number): number => middle + (this.#random() * 2 - 1) * spread;
    const picture = await wall();
    const paper = closed ? withLids(this.#print, this.#print.points, 0.95) : this.#print;
    const at = { x: WIDTH * (0.5 + about(dx, 0.004)), y: HEIGHT * (0.5 + about(dy, 0.004)) };
    const scale = (share * HEIGHT) / this.#print.faceHeight;
    drawMesh(picture, paper, sheet(paper, this.#print.centre, at, scale, this.#hold));
    return picture;
  }

  #answer(prompt: string): Partial<Hold> {
    const tilt = this.#attack === 'photo-moved' ? 0 : this.#attack === 'photo-bent' ? 40 : 45;
    const shift = this.#attack === 'photo-moved' ? 0.12 : 0;
    switch (prompt) {
      case 'turn-left':
        return { tilt, dx: shift };
      case 'turn-right':
        return { tilt: -tilt, dx: -shift };
      case 'nod':
        return { lean: -0.8 * tilt, dy: shift };
      case 'come-closer':
        return { share: NEAR };
      default:
        return {};
    }
  }

  #move(): void {
    const goal = this.#goal;
    const blinks = this.#attack === 'cut-eyes' && this.#prompt === 'blink';
    const now = this.#hold;
    this.#hold = {
      tilt: towards(now.tilt, goal.tilt, SPEED.angle),
      lean: towards(now.lean, goal.lean, SPEED.angle),
      bend: goal.bend,
      dx: towards(now.dx, goal.dx, SPEED.shift),
      dy: towards(now.dy, goal.dy, SPEED.shift),
      share: towards(now.share, goal.share, SPEED.share),
      closed: blinks && this.#frame % 6 < 3,
    };
    this.#frame += 1;
  }
}

function towards(from: number, to: number, most: number): number {
  return from + Math.min(most, Math.max(-most, to - from));
}
