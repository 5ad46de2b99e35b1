import type { Point } from './geometry.js';

/** Nine numbers, row after row, the last one 1: `x' = (h0·x + h1·y + h2) / (h6·x + h7·y + h8)`, `y'` likewise. */
export type Homography = readonly number[];

export function project(h: Homography, { x, y }: Point): Point {
  const [h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0, h6 = 0, h7 = 0, h8 = 1] = h;
  const w = h6 * x + h7 * y + h8;
  return { x: (h0 * x + h1 * y + h2) / w, y: (h3 * x + h4 * y + h5) / w };
}

/**
 * The homography that takes `from` nearest to `to` (linear least squares; Hartley & Zisserman 2004, 4.1): what two pictures
 * of one plane have in common. Points should be of the order of 1. @returns undefined when the points do not determine one
 */
export function homography(from: readonly Point[], to: readonly Point[]): Homography | undefined {
  const normal = Array.from({ length: 8 }, () => new Float64Array(9));
  const add = (row: readonly number[], value: number): void => {
    normal.forEach((sums, i) => {
      const weight = row[i] ?? 0;
      row.forEach((other, j) => (sums[j] = (sums[j] ?? 0) + weight * other));
      sums[8] = (sums[8] ?? 0) + weight * value;
    });
  };
  from.forEach(({ x, y }, i) => {
    const { x: u, y: v } = to[i] ?? { x: 0, y: 0 };
    add([x, y, 1, 0, 0, 0, -u * x, -u * y], u);
    add([0, 0, 0, x, y, 1, -v * x, -v * y], v);
  });
  const solution = solve(normal);
  return solution && [...solution, 1];
}

/** Gauss with pivots. @param rows the system, its right side in the last column */
function solve(rows: readonly Float64Array[]): number[] | undefined {
  const system = rows.map((row) => Float64Array.from(row));
  const size = system.length;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(system[row]?.[column] ?? 0) > Math.abs(system[pivot]?.[column] ?? 0)) pivot = row;
    }
    const [upper, chosen] = [system[column], system[pivot]];
    if (!upper || !chosen || Math.abs(chosen[column] ?? 0) < 1e-12) return undefined;
    [system[column], system[pivot]] = [chosen, upper];
    for (let row = 0; row < size; row += 1) {
      const target = system[row];
      if (row === column || !target) continue;
      const factor = (target[column] ?? 0) / (chosen[column] ?? 1);
      for (let i = column; i <= size; i += 1) target[i] = (target[i] ?? 0) - factor * (chosen[i] ?? 0);
    }
  }
  return system.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1));
}
