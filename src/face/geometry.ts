export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle in pixels, `x`, `y` its upper left corner. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Intersection over union, 0…1. */
export function iou(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** Non-maximum suppression: the best of every cluster of boxes that overlap by more than `limit`, best first. */
export function suppress<T extends Box & { readonly score: number }>(boxes: readonly T[], limit: number): T[] {
  const kept: T[] = [];
  for (const box of [...boxes].sort((a, b) => b.score - a.score)) {
    if (kept.every((other) => iou(box, other) <= limit)) kept.push(box);
  }
  return kept;
}

export function meanPoint(points: readonly Point[]): Point {
  const sum = points.reduce((a, p) => ({ x: a.x + p.x, y: a.y + p.y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
