import type { FaceReason } from '../contracts/face-verifier.js';
import { type Box, distance } from './geometry.js';
import type { FivePoints } from './landmarks.js';
import type { Measures } from './ofiq.js';

/**
 * The gate of the live face: lenient, since a refused customer costs more than one poor frame among good ones. Lengths in
 * pixels, luma 0…255, degrees; `cropped`: from the box to the edge of the picture, in parts of the box (measured: a face cut
 * by a sixth has 0.1 at its side, a whole one has no less for long; a chin or forehead may touch).
 */
export const GATE = {
  eyeDistance: 40,
  darkest: 35,
  brightest: 225,
  sharpness: 0.08,
  yaw: 35,
  pitch: 38,
  roll: 30,
  turn: 0.28,
  eyesOpen: 0.2,
  cropped: { side: 0.12, end: 0 },
} as const;

/** Limits for a photograph that cannot be taken again: below them a comparison says nothing. */
const STILL_GATE = {
  eyeDistance: 10,
  turn: 0.45,
  /** Between the eyes over the height of the face: 0.26–0.37 frontal, less in profiles and most faces lying or upside down. */
  breadth: 0.24,
} as const;

/** Size and attitude of a face by its landmarks alone. */
export interface Geometry {
  /** Distance between the eyes in the camera's picture, pixels. */
  readonly eyeDistance: number;
  /** Tilt of the line between the eyes, degrees, 0 upright. */
  readonly roll: number;
  /** Where the nose tip lies along the line between the eyes: 0 frontal, ±0.5 above an eye. */
  readonly turn: number;
}

export function poseOf({ rightEye, leftEye, nose }: FivePoints): Geometry {
  const across = { x: leftEye.x - rightEye.x, y: leftEye.y - rightEye.y };
  const along = (nose.x - rightEye.x) * across.x + (nose.y - rightEye.y) * across.y;
  return {
    eyeDistance: distance(rightEye, leftEye),
    roll: (Math.atan2(across.y, across.x) * 180) / Math.PI,
    turn: along / Math.max(across.x ** 2 + across.y ** 2, 1) - 0.5,
  };
}

/** The first thing to be mended, or nothing. What stands in the way of judging the rest comes first. @param eyesOpen 0…1 */
export function flaw(five: FivePoints, box: Box, measures: Measures, eyesOpen: number): FaceReason | undefined {
  const { pose, light, picture } = measures;
  const { eyeDistance, roll, turn } = poseOf(five);
  if (eyeDistance < GATE.eyeDistance) return 'face.too-far';
  if (isCropped(box, picture)) return 'face.cropped';
  if (255 * light.mean < GATE.darkest) return 'face.too-dark';
  if (255 * light.mean > GATE.brightest) return 'face.too-bright';
  if (Math.abs(roll) > GATE.roll || Math.abs(turn) > GATE.turn) return 'face.turned-away';
  if (Math.abs(pose.yaw) > GATE.yaw || Math.abs(pose.pitch) > GATE.pitch) return 'face.turned-away';
  if (light.sharpness < GATE.sharpness) return 'face.blurred';
  return eyesOpen < GATE.eyesOpen ? 'face.eyes-closed' : undefined;
}

function isCropped({ x, y, width, height }: Box, picture: Measures['picture']): boolean {
  const toSide = Math.min(x, picture.width - x - width) / width;
  const toEnd = Math.min(y, picture.height - y - height) / height;
  return toSide < GATE.cropped.side || toEnd < GATE.cropped.end;
}

/** Why a photograph cannot be compared, or nothing. */
export function stillFlaw(five: FivePoints, box: Box): FaceReason | undefined {
  const { eyeDistance, turn } = poseOf(five);
  if (eyeDistance < STILL_GATE.eyeDistance) return 'face.too-far';
  const turned = Math.abs(turn) > STILL_GATE.turn || eyeDistance < STILL_GATE.breadth * box.height;
  return turned ? 'face.turned-away' : undefined;
}
