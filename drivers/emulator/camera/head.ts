import type { Point } from '../../../src/face/geometry.js';
import type { Mesh } from './mesh.js';

/** How a head is held, degrees: to its own left, up. */
export interface Attitude {
  readonly yaw: number;
  readonly pitch: number;
}

/**
 * A head in three dimensions, made of one photograph: the outline of its face in the picture, and in depth what heads
 * have in common. Lengths in distances between the eyes; the origin lies in the head between the ears, at the height of the eyes.
 */
export interface Head {
  readonly columns: number;
  readonly rows: number;
  /** x to the right in the picture, y down, z to the camera. */
  readonly points: Float32Array;
  /** Pixels of the photograph. */
  readonly texture: Float32Array;
  /** How much of a turn each row follows: all of it down to the chin, nothing at the shoulders. */
  readonly follows: Float32Array;
  /** From head to photograph: origin, distance between the eyes in pixels, cosine and sine of the roll. */
  readonly origin: Point;
  readonly scale: number;
  readonly roll: { readonly cos: number; readonly sin: number };
}

const COLUMNS = 65;
const ROWS = 56;
/** Angle around the head, from ear to ear and behind: what the photograph does not show is mirrored from what it shows. */
const AROUND = (150 * Math.PI) / 180;
const SEEN = (82 * Math.PI) / 180;
/** From above the crown to the shoulders. */
const TOP = -2.4;
const BOTTOM = 3;
/** From the eyes to the crown, and depth of the head in front of the ears. */
const CROWN = 1.9;
const DEPTH = 1.45;
/** Distance of the camera. */
const CAMERA = 9;

/** @param points 68, iBUG order, pixels of the photograph */
export function headOf(points: readonly Point[]): Head {
  const at = (i: number): Point => points[i] ?? { x: 0, y: 0 };
  const mean = (from: number, to: number): Point => {
    const some = points.slice(from, to);
    const sum = some.reduce((a, p) => ({ x: a.x + p.x, y: a.y + p.y }), { x: 0, y: 0 });
    return { x: sum.x / some.length, y: sum.y / some.length };
  };
  const [right, left] = [mean(36, 42), mean(42, 48)];
  const scale = Math.hypot(left.x - right.x, left.y - right.y);
  const roll = { cos: (left.x - right.x) / scale, sin: (left.y - right.y) / scale };
  const origin = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  const inHead = ({ x, y }: Point): Point => ({
    x: ((x - origin.x) * roll.cos + (y - origin.y) * roll.sin) / scale,
    y: ((y - origin.y) * roll.cos - (x - origin.x) * roll.sin) / scale,
  });
  const jaw = points.slice(0, 17).map(inHead);
  const chin = inHead(at(8)).y;
  const nose = inHead(at(30));
  const bridge = inHead(at(27));
  const mouth = inHead({ x: (at(48).x + at(54).x) / 2, y: (at(48).y + at(54).y) / 2 });

  const size = COLUMNS * ROWS;
  const head = {
    columns: COLUMNS,
    rows: ROWS,
    points: new Float32Array(3 * size),
    texture: new Float32Array(2 * size),
    follows: new Float32Array(ROWS),
    origin,
    scale,
    roll,
  };
  for (let row = 0; row < ROWS; row += 1) {
    const y = TOP + ((BOTTOM - TOP) * row) / (ROWS - 1);
    const { from, to } = breadth(jaw, chin, y);
    const [centre, half] = [(from + to) / 2, (to - from) / 2];
    head.follows[row] = 1 - smooth((y - chin) / 0.9);
    const deep = DEPTH * profile(y, chin);
    for (let column = 0; column < COLUMNS; column += 1) {
      const angle = -AROUND + (2 * AROUND * column) / (COLUMNS - 1);
      const shown = Math.abs(angle) <= SEEN ? angle : Math.sign(angle) * (2 * SEEN - Math.abs(angle));
      const i = row * COLUMNS + column;
      const x = centre + half * Math.sin(angle);
      const seenX = centre + half * Math.sin(shown);
      const front = Math.abs(angle) < Math.PI / 2 ? relief(x, y, nose, bridge, mouth) : 0;
      head.points.set([x, y, deep * Math.cos(angle) + front], 3 * i);
      head.texture.set(
        [origin.x + scale * (seenX * roll.cos - y * roll.sin), origin.y + scale * (seenX * roll.sin + y * roll.cos)],
        2 * i,
      );
    }
  }
  return head;
}

/** Where the neck bends, relative to the eyes. */
const NECK = { y: 1.9, z: -0.4 } as const;

/** The head turned, as a surface in the picture. @param place from pixels of the photograph to pixels of the picture */
export function turned(head: Head, { yaw, pitch }: Attitude, place: (point: Point) => Point): Mesh {
  const { columns, rows, origin, scale, roll } = head;
  const points = new Float32Array(head.points.length);
  for (let row = 0; row < rows; row += 1) {
    const share = (head.follows[row] ?? 0) * (Math.PI / 180);
    const [cy, sy, cp, sp] = [
      Math.cos(yaw * share),
      Math.sin(yaw * share),
      Math.cos(pitch * share),
      Math.sin(pitch * share),
    ];
    for (let i = row * columns; i < (row + 1) * columns; i += 1) {
      const [x = 0, y = 0, z = 0] = head.points.subarray(3 * i, 3 * i + 3);
      const [x1, z1] = [x * cy + z * sy, z * cy - x * sy];
      const [dy, dz] = [y - NECK.y, z1 - NECK.z];
      const [y2, z2] = [NECK.y + dy * cp - dz * sp, NECK.z + dz * cp + dy * sp];
      // The photograph was taken in perspective already: only what changes counts.
      const nearer = (CAMERA - z) / (CAMERA - z2);
      const [hx, hy] = [x1 * nearer, y2 * nearer];
      const { x: px, y: py } = place({
        x: origin.x + scale * (hx * roll.cos - hy * roll.sin),
        y: origin.y + scale * (hx * roll.sin + hy * roll.cos),
      });
      points.set([px, py, z2], 3 * i);
    }
  }
  return { columns, rows, points, texture: head.texture };
}

/** From ear to ear at a height: the outline of the face below the eyes, a dome above them, the neck below the chin. */
function breadth(jaw: readonly Point[], chin: number, y: number): { readonly from: number; readonly to: number } {
  const [first, last] = [jaw[0] ?? { x: -1, y: 0 }, jaw[16] ?? { x: 1, y: 0 }];
  const level = Math.max(first.y, last.y);
  const widest = 1.06;
  if (y <= level) {
    const dome = Math.sqrt(Math.max(0.02, 1 - Math.min(1, Math.max(0, (level - y) / (CROWN + level))) ** 2.4));
    return { from: first.x * widest * dome, to: last.x * widest * dome };
  }
  const neck = 0.8;
  const sideAt = (side: readonly Point[]): number => {
    for (let i = 0; i + 1 < side.length; i += 1) {
      const [a, b] = [side[i], side[i + 1]];
      if (a && b && y >= a.y && y <= b.y) return a.x + ((b.x - a.x) * (y - a.y)) / Math.max(b.y - a.y, 1e-3);
    }
    return 0;
  };
  const low = Math.min(1, Math.max(0, (y - level) / (chin - level)));
  const from = Math.min(sideAt(jaw.slice(0, 9)) * widest, first.x * neck * low);
  const to = Math.max(sideAt(jaw.slice(8).toReversed()) * widest, last.x * neck * low);
  return { from, to };
}

/** How far the middle of the face lies in front of the ears, of the depth of the head. */
function profile(y: number, chin: number): number {
  if (y < -0.6) return Math.sqrt(Math.max(0.05, 1 - ((-0.6 - y) / (CROWN - 0.4)) ** 2));
  if (y > chin) return 1 - 0.45 * smooth((y - chin) / 0.35);
  return 1;
}

/** What stands out of the smooth face: nose, lips, chin; and the eyes, which lie in it. */
function relief(x: number, y: number, nose: Point, bridge: Point, mouth: Point): number {
  const along = (y - bridge.y) / Math.max(nose.y - bridge.y, 0.2);
  const middle = bridge.x + (nose.x - bridge.x) * Math.min(Math.max(along, 0), 1);
  const ridge = along < 1 ? smooth((along + 0.35) / 1.35) : 1 - smooth((along - 1) / 0.3);
  const wide = 0.12 + 0.1 * Math.min(Math.max(along, 0), 1);
  const noseOut = 0.52 * ridge * bell((x - middle) / wide);
  const lips = 0.12 * bell((x - mouth.x) / 0.35) * bell((y - mouth.y) / 0.22);
  const sockets = -0.14 * bell(y / 0.18) * (bell((x - 0.5) / 0.25) + bell((x + 0.5) / 0.25));
  return noseOut + lips + sockets;
}

function bell(x: number): number {
  return Math.exp(-x * x);
}

function smooth(x: number): number {
  const t = Math.min(Math.max(x, 0), 1);
  return t * t * (3 - 2 * t);
}
