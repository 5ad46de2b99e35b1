import type { Point } from '../../../src/face/geometry.js';
import type { Mesh } from './mesh.js';

/** How a sheet of paper, or a screen, is held: degrees about the vertical and the horizontal axis, and how far it is bent. */
export interface Held {
  readonly tilt: number;
  readonly lean: number;
  /** Angle that the sheet spans when it is bent about the vertical axis, degrees; 0 is flat. */
  readonly bend: number;
}

const COLUMNS = 41;
const ROWS = 31;
/** Distance of the camera in pixels of the picture: 45° of a picture 720 high. */
const FOCAL = 870;

/**
 * A picture on a sheet, seen in perspective.
 * @param size of the picture on the sheet, pixels of its texture
 * @param centre the point of the texture about which the sheet is turned; it is seen at `at`
 * @param scale pixels of the frame for one of the texture while the sheet faces the camera
 */
export function sheet(
  size: { readonly width: number; readonly height: number },
  centre: Point,
  at: Point,
  scale: number,
  { tilt, lean, bend }: Held,
): Mesh {
  const points = new Float32Array(3 * COLUMNS * ROWS);
  const texture = new Float32Array(2 * COLUMNS * ROWS);
  const radians = Math.PI / 180;
  const [ct, st, cl, sl] = [
    Math.cos(tilt * radians),
    Math.sin(tilt * radians),
    Math.cos(lean * radians),
    Math.sin(lean * radians),
  ];
  const radius = bend > 0 ? (scale * size.width) / (bend * radians) : 0;
  for (let row = 0; row < ROWS; row += 1) {
    for (let column = 0; column < COLUMNS; column += 1) {
      const u = ((size.width - 1) * column) / (COLUMNS - 1);
      const v = ((size.height - 1) * row) / (ROWS - 1);
      const [flatX, y] = [scale * (u - centre.x), scale * (v - centre.y)];
      const x = radius > 0 ? radius * Math.sin(flatX / radius) : flatX;
      const z = radius > 0 ? radius * (Math.cos(flatX / radius) - 1) : 0;
      const [x1, z1] = [x * ct + z * st, z * ct - x * st];
      const [y2, z2] = [y * cl - z1 * sl, z1 * cl + y * sl];
      const nearer = FOCAL / Math.max(FOCAL - z2, 1);
      const i = row * COLUMNS + column;
      points.set([at.x + x1 * nearer, at.y + y2 * nearer, z2], 3 * i);
      texture.set([u, v], 2 * i);
    }
  }
  return { columns: COLUMNS, rows: ROWS, points, texture };
}
