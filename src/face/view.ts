import { type Box, distance, meanPoint, type Point } from './geometry.js';
import { homography, project } from './homography.js';
import type { HeadPose } from './pose.js';

/** What a frame shows of how a head is held. */
export interface View {
  readonly box: Box;
  readonly pose: HeadPose;
  /** Mean of both eyes, 0 closed … 1 open. */
  readonly eyesOpen: number;
  /** The 68 points: origin between the eyes, the eyes level, their distance 1. */
  readonly shape: readonly Point[];
}

/** Points without position, size and roll. @param points 68, iBUG order */
export function shapeOf(points: readonly Point[]): Point[] {
  const [right, left] = [meanPoint(points.slice(36, 42)), meanPoint(points.slice(42, 48))];
  const origin = meanPoint([right, left]);
  const size = Math.max(distance(right, left), 1e-6);
  const [cos, sin] = [(left.x - right.x) / size, (left.y - right.y) / size];
  return points.map(({ x, y }) => {
    const [dx, dy] = [(x - origin.x) / size, (y - origin.y) / size];
    return { x: dx * cos + dy * sin, y: dy * cos - dx * sin };
  });
}

/** Brows, nose, eyes and mouth; the outline of the face is another part of the head when it turns. */
const INNER = 17;
/** Tip of the nose and what lies around it: farthest in front of the plane of the others. */
const NOSE = [29, 30, 32, 33, 34] as const;

/** How far the nose moved against the rest of the face, and how badly one plane explains the change. Distances between the eyes. */
export interface Parallax extends Point {
  /** Root mean square of what is left after the best homography, over the inner 51 points. */
  readonly residual: number;
}

/**
 * What two views of a flat picture cannot show, however it is held: between them all points follow one homography, so
 * the nose stays where the face around it says. Of a head that turned left by 20° it moves right in the picture by 0.09.
 */
export function parallax(before: readonly Point[], now: readonly Point[]): Parallax {
  const [from, to] = [before.slice(INNER), now.slice(INNER)];
  const plane = homography(from, to);
  if (!plane) return { x: 0, y: 0, residual: 0 };
  const left = from.map((point, i) => {
    const expected = project(plane, point);
    const seen = to[i] ?? expected;
    return { x: seen.x - expected.x, y: seen.y - expected.y };
  });
  const squares = left.reduce((sum, { x, y }) => sum + x * x + y * y, 0);
  const nose = meanPoint(NOSE.map((i) => left[i - INNER] ?? { x: 0, y: 0 }));
  return { ...nose, residual: Math.sqrt(squares / Math.max(left.length, 1)) };
}

/** Distance between the eyes over that from the eyes to the chin: falls when a face, or a picture of one, turns aside. */
export function breadth(shape: readonly Point[]): number {
  return 1 / Math.max(Math.abs(shape[8]?.y ?? 1), 0.1);
}
