import type { Point } from '../../src/face/geometry.js';
import { shapeOf, type View } from '../../src/face/view.js';

/** x, y, z of 68 points as they lie on a head, in distances between the eyes: rough, but with a nose in front of the rest. */
const HEAD: readonly Place[] = [
  ...arc(17, -1.15, 1.15, (x) => at(x, 0.1 + 1.7 * Math.sqrt(Math.max(0, 1 - (x / 1.2) ** 2)), -0.7 * Math.abs(x))),
  ...arc(5, -0.95, -0.2, (x) => at(x, -0.4, -0.25 * x * x)),
  ...arc(5, 0.2, 0.95, (x) => at(x, -0.4, -0.25 * x * x)),
  ...arc(4, 0, 0.6, (y) => at(0, y - 0.02, 0.15 + 0.6 * y)),
  ...arc(5, -0.25, 0.25, (x) => at(x, 0.72, 0.3 - Math.abs(x))),
  ...eye(-0.5),
  ...eye(0.5),
  ...ring(12, 0.4, 0.15, 1.15, 0.1),
  ...ring(8, 0.3, 0.05, 1.15, 0.1),
];

export interface Held {
  readonly yaw?: number;
  readonly pitch?: number;
  /** Height of the face, pixels. */
  readonly height?: number;
  readonly x?: number;
  readonly eyesOpen?: number;
}

/** A head seen from the front, turned, or nearer. */
export function head({ yaw = 0, pitch = 0, ...place }: Held = {}): View {
  const points = HEAD.map(([x, y, z]) => {
    const [cy, sy, cp, sp] = [cos(yaw), sin(yaw), cos(pitch), sin(pitch)];
    const [x1, z1] = [x * cy + z * sy, z * cy - x * sy];
    return seen(x1, y * cp - z1 * sp, z1 * cp + y * sp);
  });
  return view(points, { yaw, pitch, roll: 0 }, place);
}

/** A picture of the head, tilted and leant by degrees; the pose network is fooled by a little. */
export function picture({ yaw = 0, pitch = 0, ...place }: Held = {}): View {
  const points = HEAD.map(([x, y]) => {
    const [x1, z1] = [x * cos(yaw), -x * sin(yaw)];
    return seen(x1, y * cos(pitch) - z1 * sin(pitch), z1 * cos(pitch) + y * sin(pitch));
  });
  return view(points, { yaw: yaw / 8, pitch: pitch / 8, roll: 0 }, place);
}

function view(points: readonly Point[], pose: View['pose'], { height = 200, x = 640, eyesOpen = 1 }: Held): View {
  const box = { x: x - height / 2, y: 360 - height / 2, width: height, height };
  return { box, pose, eyesOpen, shape: shapeOf(points) };
}

/** In perspective, from 8 distances between the eyes away. */
function seen(x: number, y: number, z: number): Point {
  return { x: (8 * x) / (8 - z), y: (8 * y) / (8 - z) };
}

type Place = readonly [x: number, y: number, z: number];

function at(x: number, y: number, z: number): Place {
  return [x, y, z];
}

function arc(count: number, from: number, to: number, place: (t: number) => Place): Place[] {
  return Array.from({ length: count }, (_, i) => place(from + ((to - from) * i) / (count - 1)));
}

function ring(count: number, a: number, b: number, y: number, z: number): Place[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = Math.PI + (2 * Math.PI * i) / count;
    return at(a * Math.cos(angle), y + b * Math.sin(angle), z);
  });
}

function eye(x: number): Place[] {
  return ring(6, 0.22, 0.08, 0, -0.05).map(([dx, dy, z]) => at(x + dx, dy, z));
}

const cos = (degrees: number): number => Math.cos((degrees * Math.PI) / 180);
const sin = (degrees: number): number => Math.sin((degrees * Math.PI) / 180);
