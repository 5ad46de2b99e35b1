import type { FaceReason } from '../contracts/face-verifier.js';
import { type Box, distance } from './geometry.js';
import type { FivePoints } from './landmarks.js';
import { erase, gray, type Planes } from './pixels.js';

/** What makes a face comparable, each measured on its own. */
export interface Quality {
  /** Distance between the eyes in the camera's picture, pixels. */
  readonly eyeDistance: number;
  /** Mean luma of the aligned face, 0…255. */
  readonly brightness: number;
  /** Standard deviation of the Laplacian of the aligned face over that of its luma: falls when details are lost. */
  readonly sharpness: number;
  /** Tilt of the line between the eyes, degrees, 0 upright. */
  readonly roll: number;
  /** Where the nose tip lies along the line between the eyes: 0 frontal, ±0.5 above an eye. */
  readonly turn: number;
}

/** The gate of the live face: lenient, since a refused customer costs more than one blurred frame among good ones. */
export const GATE = {
  eyeDistance: 40,
  darkest: 35,
  brightest: 225,
  sharpness: 0.08,
  roll: 30,
  turn: 0.28,
} as const;

/** Limits for a photograph that cannot be taken again: below them a comparison says nothing. */
const STILL_GATE = {
  eyeDistance: 10,
  turn: 0.45,
  /** Between the eyes over the height of the face: 0.26–0.37 frontal, less in profiles and most faces lying or upside down. */
  breadth: 0.24,
} as const;

/** @param aligned the face as `align` draws it */
export function qualityOf(five: FivePoints, aligned: Planes): Quality {
  const luma = gray(aligned);
  const { brightness, sharpness } = light(luma);
  erase(luma);
  return { ...poseOf(five), brightness, sharpness };
}

/** Size and attitude of a face. */
export function poseOf({ rightEye, leftEye, nose }: FivePoints): Pick<Quality, 'eyeDistance' | 'roll' | 'turn'> {
  const across = { x: leftEye.x - rightEye.x, y: leftEye.y - rightEye.y };
  const along = (nose.x - rightEye.x) * across.x + (nose.y - rightEye.y) * across.y;
  return {
    eyeDistance: distance(rightEye, leftEye),
    roll: (Math.atan2(across.y, across.x) * 180) / Math.PI,
    turn: along / Math.max(across.x ** 2 + across.y ** 2, 1) - 0.5,
  };
}

/** The first thing to be mended, or nothing. What stands in the way of judging the rest comes first. */
export function flaw(quality: Quality): FaceReason | undefined {
  if (quality.eyeDistance < GATE.eyeDistance) return 'face.too-far';
  if (quality.brightness < GATE.darkest) return 'face.too-dark';
  if (quality.brightness > GATE.brightest) return 'face.too-bright';
  if (Math.abs(quality.roll) > GATE.roll || Math.abs(quality.turn) > GATE.turn) return 'face.turned-away';
  if (quality.sharpness < GATE.sharpness) return 'face.blurred';
  return undefined;
}

/** Why a photograph cannot be compared, or nothing. */
export function stillFlaw(five: FivePoints, box: Box): FaceReason | undefined {
  const { eyeDistance, turn } = poseOf(five);
  if (eyeDistance < STILL_GATE.eyeDistance) return 'face.too-far';
  const turned = Math.abs(turn) > STILL_GATE.turn || eyeDistance < STILL_GATE.breadth * box.height;
  return turned ? 'face.turned-away' : undefined;
}

/** Which of two good frames to prefer: sharp and frontal. */
export function scoreOf({ sharpness, turn }: Quality): number {
  return sharpness * (1 - Math.abs(turn));
}

function light({ width, height, data }: Planes): Pick<Quality, 'brightness' | 'sharpness'> {
  let [sum, squares, edges, count] = [0, 0, 0, 0];
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const i = y * width + x;
      const here = data[i] ?? 0;
      const around =
        (data[i - 1] ?? 0) + (data[i + 1] ?? 0) + (data[i - width] ?? 0) + (data[i + width] ?? 0) - 4 * here;
      sum += here;
      squares += here * here;
      edges += around * around;
      count += 1;
    }
  }
  const mean = sum / count;
  const contrast = Math.sqrt(Math.max(squares / count - mean * mean, 1));
  return { brightness: mean, sharpness: Math.sqrt(edges / count) / contrast };
}
