import sharp from 'sharp';
import { KioskError } from '../../../src/errors.js';
import type { FaceFinder, FoundFaces } from '../../../src/face/finder.js';
import { Canvas, type Crop } from './canvas.js';

const WIDTH = 1_280;
const HEIGHT = 720;

/** Height of the face in the picture before and after the customer came closer. */
const FAR = 0.4;
const NEAR = 0.62;
const STEPS = 4;

/** Pictures of a customer in front of the kiosk: standing there, coming closer, standing close. JPEG. */
export interface Scene {
  readonly far: readonly Uint8Array[];
  readonly approach: readonly Uint8Array[];
  readonly near: readonly Uint8Array[];
}

/**
 * Animates a photograph: the camera sees the face at two distances, with light, noise, compression, shift and a slight
 * turn (narrowing) that change from frame to frame. Several faces stay in the picture together. A file that cannot be
 * decoded is delivered as it is: a camera may be that broken.
 */
export async function renderScene(photo: Uint8Array, finder: FaceFinder, random: () => number): Promise<Scene> {
  let found: FoundFaces;
  try {
    found = await finder.find(photo);
  } catch (error) {
    if (!(error instanceof KioskError)) throw error;
    return { far: [photo], approach: [], near: [photo] };
  }
  const at = (share: number): Crop => crop(found, share);
  const canvas = await Canvas.decode(photo, found.width, Math.min(1, HEIGHT / at(NEAR).height));
  const frame = (share: number): Promise<Uint8Array> => draw(canvas, at(share), random);
  const some = (count: number, share: (index: number) => number): Promise<Uint8Array[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => frame(share(index))));
  return {
    far: await some(STEPS, () => FAR),
    approach: await some(STEPS, (index) => FAR + ((NEAR - FAR) * (index + 1)) / (STEPS + 1)),
    near: await some(STEPS, () => NEAR),
  };
}

/** Nobody in front of the camera. */
export async function emptyRoom(): Promise<Scene> {
  const wall = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#7d8286' } })
    .jpeg({ quality: 80 })
    .toBuffer();
  return { far: [wall], approach: [], near: [wall] };
}

/** The part of the photograph that fills the picture when the face takes `share` of its height. */
function crop({ width, height, faces }: FoundFaces, share: number): Crop {
  const [main] = [...faces].sort((a, b) => b.height - a.height);
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

async function draw(canvas: Canvas, { left, top, width, height }: Crop, random: () => number): Promise<Uint8Array> {
  const about = (middle: number, spread: number): number => middle + (random() * 2 - 1) * spread;
  const narrow = about(1, 0.03);
  const shifted = {
    left: left + (width * (1 - narrow)) / 2 + about(0, 0.01) * width,
    top: top + about(0, 0.01) * height,
    width: width * narrow,
    height,
  };
  const picture = await canvas.draw(shifted, WIDTH, HEIGHT);
  return picture
    .composite([{ input: await noise(), raw: { width: WIDTH, height: HEIGHT, channels: 3 }, blend: 'soft-light' }])
    .linear(about(1, 0.06), about(0, 6))
    .jpeg({ quality: Math.round(about(84, 6)) })
    .toBuffer();
}

let grain: Promise<Buffer> | undefined;

function noise(): Promise<Buffer> {
  const of = { width: WIDTH, height: HEIGHT, channels: 3, background: '#808080' } as const;
  grain ??= sharp({ create: { ...of, noise: { type: 'gaussian', mean: 128, sigma: 12 } } })
    .raw()
    .toBuffer();
  return grain;
}
