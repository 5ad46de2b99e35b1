import { type Box, meanPoint, type Point } from './geometry.js';

/** `x' = a·x + b·y + tx`, `y' = c·x + d·y + ty`. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly c: number;
  readonly d: number;
  readonly ty: number;
}

export function apply(t: Affine, { x, y }: Point): Point {
  return { x: t.a * x + t.b * y + t.tx, y: t.c * x + t.d * y + t.ty };
}

/** `second` after `first`. */
export function compose(second: Affine, first: Affine): Affine {
  const { a, b, c, d } = second;
  const { x: tx, y: ty } = apply(second, { x: first.tx, y: first.ty });
  return {
    a: a * first.a + b * first.c,
    b: a * first.b + b * first.d,
    tx,
    c: c * first.a + d * first.c,
    d: c * first.b + d * first.d,
    ty,
  };
}

/** Maps pixels of a `width`×`height` picture onto `box` of another (pixel centres lie at half positions). */
export function ontoBox(box: Box, width: number, height: number): Affine {
  const a = box.width / width;
  const d = box.height / height;
  return { a, b: 0, tx: box.x + a / 2 - 0.5, c: 0, d, ty: box.y + d / 2 - 0.5 };
}

/**
 * Least-squares rotation, scale and shift that takes `from` to `to` (Umeyama 1991, two dimensions without reflection:
 * there the solution is one complex factor).
 */
export function similarity(from: readonly Point[], to: readonly Point[]): Affine {
  const p = meanPoint(from);
  const q = meanPoint(to);
  let real = 0;
  let imaginary = 0;
  let spread = 0;
  from.forEach((point, i) => {
    const target = to[i] ?? q;
    const [px, py, qx, qy] = [point.x - p.x, point.y - p.y, target.x - q.x, target.y - q.y];
    real += px * qx + py * qy;
    imaginary += px * qy - py * qx;
    spread += px * px + py * py;
  });
  const a = spread > 0 ? real / spread : 0;
  const c = spread > 0 ? imaginary / spread : 0;
  return { a, b: -c, tx: q.x - a * p.x + c * p.y, c, d: a, ty: q.y - c * p.x - a * p.y };
}
