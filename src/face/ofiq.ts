import { distance, meanPoint, type Point } from './geometry.js';
import type { HeadPose } from './pose.js';

/**
 * Quality measures of OFIQ 1.0 (BSI; ISO/IEC 29794-5), 0 worst … 100 best, as far as 68 landmarks, a pose and the pixels
 * of the aligned face allow. `sharpness` is our own, on the same scale; OFIQ's needs a model.
 */
export interface Scores {
  readonly interEyeDistance: number;
  readonly headYaw: number;
  readonly headPitch: number;
  readonly headRoll: number;
  readonly eyesOpen: number;
  readonly mouthClosed: number;
  /** Made for portraits: low for every face that a kiosk's camera sees. Measured, not judged by. */
  readonly headSize: number;
  readonly cropLeft: number;
  readonly cropRight: number;
  readonly cropAbove: number;
  readonly cropBelow: number;
  readonly luminanceMean: number;
  readonly underExposure: number;
  readonly overExposure: number;
  readonly dynamicRange: number;
  readonly illumination: number;
  readonly sharpness: number;
}

/** What the scores are made of. Lengths in pixels of the picture, shares 0…1. */
export interface Measures {
  readonly points: readonly Point[];
  readonly pose: HeadPose;
  readonly picture: { readonly width: number; readonly height: number };
  readonly light: Light;
}

/** Of the luma inside the face, 0…1. */
export interface Light {
  readonly mean: number;
  /** Share of pixels of 0…25 and of 247…255. */
  readonly dark: number;
  readonly bright: number;
  /** Entropy of the histogram, bits. */
  readonly entropy: number;
  /** Intersection of the histograms of the two cheeks. */
  readonly even: number;
  /** Deviation of the Laplacian over that of the luma. */
  readonly sharpness: number;
}

/** `h·(a + s·σ((x − x0)/w))`, cut to 0…100. */
function sigmoid(x: number, x0: number, w: number, { h = 100, a = 0, s = 1 } = {}): number {
  return clamp(h * (a + s / (1 + Math.exp(-(x - x0) / w))));
}

function clamp(score: number): number {
  return Math.min(100, Math.max(0, score));
}

const cosine = (degrees: number): number => Math.max(0, Math.cos((degrees * Math.PI) / 180));

/** Openings of lids and lips: iBUG points that lie one above the other. */
const RIGHT_LIDS = [
  [37, 41],
  [38, 40],
] as const;
const LEFT_LIDS = [
  [43, 47],
  [44, 46],
] as const;
const LIPS = [
  [61, 67],
  [62, 66],
  [63, 65],
] as const;

/** Lengths of a face that OFIQ measures by. @param points 68, iBUG order */
export function lengthsOf(points: readonly Point[]): {
  /** Between its two corners, and between the two eyes. */
  readonly right: Point;
  readonly left: Point;
  readonly eyes: Point;
  readonly eyeDistance: number;
  /** From between the eyes to the chin. */
  readonly t: number;
  readonly lids: number;
  readonly lips: number;
} {
  const at = (i: number): Point => points[i] ?? { x: 0, y: 0 };
  const widest = (pairs: readonly (readonly [number, number])[]): number =>
    Math.max(...pairs.map(([upper, lower]) => distance(at(upper), at(lower))));
  const right = meanPoint([at(36), at(39)]);
  const left = meanPoint([at(42), at(45)]);
  const eyes = meanPoint([right, left]);
  return {
    right,
    left,
    eyes,
    eyeDistance: distance(right, left),
    t: Math.max(distance(eyes, at(8)), 1),
    lids: Math.min(widest(RIGHT_LIDS), widest(LEFT_LIDS)),
    lips: widest(LIPS),
  };
}

export function scoresOf({ points, pose, picture, light }: Measures): Scores {
  const { right, left, eyes, eyeDistance, t, lids, lips } = lengthsOf(points);
  return {
    interEyeDistance: sigmoid(eyeDistance / Math.max(cosine(pose.yaw), 0.1), 70, 20),
    headYaw: 100 * cosine(pose.yaw) ** 2,
    headPitch: 100 * cosine(pose.pitch) ** 2,
    headRoll: 100 * cosine(pose.roll) ** 2,
    eyesOpen: sigmoid(lids / t, 0.02, 0.01),
    mouthClosed: sigmoid(lips / t, 0.2, 0.06, { a: 1, s: -1 }),
    headSize: sigmoid(Math.abs(t / picture.height - 0.45), 0, 0.05, { h: 200, a: 1, s: -1 }),
    cropLeft: sigmoid(right.x / eyeDistance, 0.9, 0.1),
    cropRight: sigmoid((picture.width - left.x) / eyeDistance, 0.9, 0.1),
    cropAbove: sigmoid(eyes.y / t, 1.4, 0.1),
    cropBelow: sigmoid((picture.height - eyes.y) / t, 1.8, 0.1),
    luminanceMean: sigmoid(light.mean, 0.2, 0.05) * (1 - sigmoid(light.mean, 0.8, 0.05) / 100),
    underExposure: sigmoid(light.dark, 0.92, 0.05, { h: 120, a: 0.832, s: -1 }),
    overExposure: clamp(1 / (light.bright + 0.01)),
    dynamicRange: clamp(12.5 * light.entropy),
    illumination: 100 * light.even ** 0.3,
    sharpness: sigmoid(light.sharpness, 0.2, 0.05),
  };
}

/** Those by which frames of one visit differ, and which matter to a comparison. */
const JUDGED = [
  'interEyeDistance',
  'headYaw',
  'headPitch',
  'headRoll',
  'eyesOpen',
  'mouthClosed',
  'luminanceMean',
  'underExposure',
  'overExposure',
  'dynamicRange',
  'illumination',
  'sharpness',
] as const satisfies readonly (keyof Scores)[];

/** One number to choose frames by, 0…100: the geometric mean, so that nothing that is bad is made up for by the rest. */
export function unified(scores: Scores): number {
  const logarithms = JUDGED.reduce((sum, name) => sum + Math.log(Math.max(scores[name], 1)), 0);
  return Math.exp(logarithms / JUDGED.length);
}
