import { Live } from '../camera/live.js';
import { drawMesh, type Bitmap } from '../camera/mesh.js';
import type { Performer } from '../camera/performer.js';
import { wall } from '../camera/room.js';
import { sheet } from '../camera/sheet.js';
import { expose } from '../camera/shutter.js';
import { HEIGHT, type Sitter, WIDTH } from '../camera/sitter.js';

/** The film: what somebody was once asked to do, for so many pictures each. */
const PICTURES = 14;
const SCREEN = { scale: 0.86, bezel: 26 } as const;

/**
 * A film of the holder doing what a kiosk asks for, on a tablet: it knows what could be asked for, but not what is asked
 * now. The camera sees the tablet's edge, its pixels against its own (moiré), a reflection, and less contrast.
 */
export class Replay implements Performer {
  readonly #actor: Live;
  readonly #random: () => number;
  readonly #script: readonly string[];
  #frame = 0;

  /** @param script what was asked for when the film was made, in order */
  constructor(sitter: Sitter, script: readonly string[], random: () => number) {
    this.#actor = new Live(sitter, random);
    this.#random = random;
    this.#script = script.flatMap((step) => ['look-at-camera', step]);
  }

  /** A film does not listen. */
  asked(): void {
    return;
  }

  async next(): Promise<Uint8Array> {
    return expose(await this.draw(), this.#random);
  }

  async draw(): Promise<Bitmap> {
    this.#actor.asked(this.#script[Math.floor(this.#frame / PICTURES) % this.#script.length] ?? '');
    this.#frame += 1;
    const film = tablet(onGlass(await this.#actor.draw()));
    const picture = await wall();
    const centre = { x: film.width / 2, y: film.height / 2 };
    const held = { tilt: 3, lean: 2, bend: 0 };
    drawMesh(picture, film, sheet(film, centre, { x: WIDTH / 2, y: HEIGHT / 2 }, SCREEN.scale, held));
    return picture;
  }
}

/** What the glass and the grid of the screen do to a picture. Changes it. */
function onGlass(picture: Bitmap): Bitmap {
  const { width, height, data } = picture;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const moire = 6 * Math.sin(0.23 * x + 0.031 * y) + 6 * Math.sin(0.19 * y - 0.043 * x);
      const glare = 90 * Math.exp(-(((x - 0.72 * width) / 130) ** 2) - ((y - 0.24 * height) / 60) ** 2);
      const i = 3 * (y * width + x);
      data[i] = limited(0.8 * (data[i] ?? 0) + 26 + moire + glare);
      data[i + 1] = limited(0.82 * (data[i + 1] ?? 0) + 28 + moire + glare);
      data[i + 2] = limited(0.9 * (data[i + 2] ?? 0) + 34 - moire + glare);
    }
  }
  return picture;
}

/** The picture in a dark frame. */
function tablet({ width, height, data }: Bitmap): Bitmap {
  const { bezel } = SCREEN;
  const framed = { width: width + 2 * bezel, height: height + 2 * bezel, data: new Uint8Array(0) };
  framed.data = new Uint8Array(3 * framed.width * framed.height).fill(18);
  for (let y = 0; y < height; y += 1) {
    framed.data.set(data.subarray(3 * y * width, 3 * (y + 1) * width), 3 * ((y + bezel) * framed.width + bezel));
  }
  return framed;
}

function limited(value: number): number {
  return Math.min(255, Math.max(0, value));
}
