import type { FaceEngine } from '../../../src/contracts/face-engine.js';
import type { Point } from '../../../src/face/geometry.js';
import { Canvas, type Crop } from './canvas.js';
import { type Attitude, type Head, headOf, turned } from './head.js';
import { withLids } from './lids.js';
import { type Bitmap, drawMesh } from './mesh.js';
import { type Likeness, likenessOf } from './model.js';

export const WIDTH = 1_280;
export const HEIGHT = 720;

/** Height of the face in the picture before and after the customer came closer. */
export const FAR = 0.4;
export const NEAR = 0.62;

/** How somebody stands in front of the camera. */
export interface Stance extends Attitude {
  /** Height of the face as a share of the picture's. */
  readonly share: number;
  /** 0 eyes open as in the photograph … 1 closed. */
  readonly lids: number;
  /** Shift of the picture, in parts of it, and how much narrower it is: nobody stands quite still. */
  readonly dx: number;
  readonly dy: number;
  readonly narrow: number;
}

export const AT_REST: Stance = { share: FAR, yaw: 0, pitch: 0, lids: 0, dx: 0, dy: 0, narrow: 1 };

/** Somebody of whom there is one photograph, as the camera sees them: nearer or farther, turning, nodding, blinking. */
export class Sitter {
  readonly #canvas: Canvas;
  readonly #likeness: Likeness;
  readonly #head: Head | undefined;
  readonly #points: readonly Point[];

  private constructor(canvas: Canvas, likeness: Likeness) {
    this.#canvas = canvas;
    this.#likeness = likeness;
    this.#points = likeness.points.map(({ x, y }) => ({ x: x * canvas.scale, y: y * canvas.scale }));
    this.#head = likeness.faces.length === 1 ? headOf(this.#points) : undefined;
  }

  /** @throws what `decode` throws for a file that is no picture */
  static async of(photo: Uint8Array, engine: FaceEngine): Promise<Sitter> {
    const likeness = await likenessOf(engine, photo);
    const scale = Math.min(1, HEIGHT / cropOf(likeness, NEAR).height);
    return new Sitter(await Canvas.decode(photo, likeness.width, scale), likeness);
  }

  /** How many faces the photograph shows: only a single one is animated. */
  get faces(): number {
    return this.#likeness.faces.length;
  }

  /** 1280×720. Several people, and pictures without a face, only come closer. */
  async draw(stance: Stance): Promise<Bitmap> {
    const crop = shifted(cropOf(this.#likeness, stance.share), stance);
    const background = await (await this.#canvas.draw(crop, WIDTH, HEIGHT)).raw().toBuffer();
    const picture = { width: WIDTH, height: HEIGHT, data: background };
    if (this.#head && (stance.yaw !== 0 || stance.pitch !== 0 || stance.lids > 0)) {
      const { scale } = this.#canvas;
      const place = ({ x, y }: Point): Point => ({
        x: ((x / scale - crop.left) * WIDTH) / crop.width,
        y: ((y / scale - crop.top) * HEIGHT) / crop.height,
      });
      const face = stance.lids > 0 ? withLids(this.#canvas, this.#points, stance.lids) : this.#canvas;
      drawMesh(picture, face, turned(this.#head, stance, place));
    }
    return picture;
  }
}

function shifted({ left, top, width, height }: Crop, { dx, dy, narrow }: Stance): Crop {
  return {
    left: left + (width * (1 - narrow)) / 2 + dx * width,
    top: top + dy * height,
    width: width * narrow,
    height,
  };
}

/** The part of the photograph that fills the picture when the face takes `share` of its height. */
function cropOf({ width, height, faces }: Likeness, share: number): Crop {
  const [main] = faces;
  if (!main) {
    const tall = Math.max(height, (width * HEIGHT) / WIDTH);
    return centred(width / 2, height / 2, tall);
  }
  const left = Math.min(...faces.map((face) => face.x));
  const right = Math.max(...faces.map((face) => face.x + face.width));
  const top = Math.min(...faces.map((face) => face.y));
  const bottom = Math.max(...faces.map((face) => face.y + face.height));
  const all = faces.length > 1 ? Math.max(1.3 * (bottom - top), (1.3 * (right - left) * HEIGHT) / WIDTH) : 0;
  return centred((left + right) / 2, (top + bottom) / 2, Math.max(main.height / share, all));
}

function centred(x: number, y: number, tall: number): Crop {
  const wide = (tall * WIDTH) / HEIGHT;
  return { left: x - wide / 2, top: y - tall / 2, width: wide, height: tall };
}
