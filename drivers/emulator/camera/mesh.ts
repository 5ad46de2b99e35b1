/** RGB, 8 bits a channel, interleaved. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A surface as a grid of points, row after row: where each lies in the picture (larger `z` is nearer) and in the texture. */
export interface Mesh {
  readonly columns: number;
  readonly rows: number;
  /** x, y, z of each point; x and y in pixels of the picture. */
  readonly points: Float32Array;
  /** u, v of each point, pixels of the texture. */
  readonly texture: Float32Array;
}

/** Draws the front of a surface over a picture: what is nearer hides what is farther. Back sides are not seen. */
export function drawMesh(onto: Bitmap, texture: Bitmap, { columns, rows, points, texture: uv }: Mesh): void {
  const depth = new Float32Array(onto.width * onto.height).fill(-Infinity);
  for (let row = 0; row + 1 < rows; row += 1) {
    for (let column = 0; column + 1 < columns; column += 1) {
      const a = row * columns + column;
      const [b, c, d] = [a + 1, a + columns, a + columns + 1];
      triangle(onto, depth, texture, points, uv, a, b, c);
      triangle(onto, depth, texture, points, uv, b, d, c);
    }
  }
}

function triangle(
  onto: Bitmap,
  depth: Float32Array,
  texture: Bitmap,
  p: Float32Array,
  uv: Float32Array,
  a: number,
  b: number,
  c: number,
): void {
  const at = (from: Float32Array, i: number): number => from[i] ?? 0;
  const [ax, ay, bx, by, cx, cy] = [
    at(p, 3 * a),
    at(p, 3 * a + 1),
    at(p, 3 * b),
    at(p, 3 * b + 1),
    at(p, 3 * c),
    at(p, 3 * c + 1),
  ];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (area <= 0) return;
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx)));
  const right = Math.min(onto.width - 1, Math.floor(Math.max(ax, bx, cx)));
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy)));
  const bottom = Math.min(onto.height - 1, Math.floor(Math.max(ay, by, cy)));
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const wa = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area;
      const wb = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area;
      const wc = 1 - wa - wb;
      if (wa < -1e-6 || wb < -1e-6 || wc < -1e-6) continue;
      const z = wa * at(p, 3 * a + 2) + wb * at(p, 3 * b + 2) + wc * at(p, 3 * c + 2);
      const pixel = y * onto.width + x;
      if (z < at(depth, pixel)) continue;
      depth[pixel] = z;
      const u = wa * at(uv, 2 * a) + wb * at(uv, 2 * b) + wc * at(uv, 2 * c);
      const v = wa * at(uv, 2 * a + 1) + wb * at(uv, 2 * b + 1) + wc * at(uv, 2 * c + 1);
      copyPixel(onto, pixel, texture, u, v);
    }
  }
}

/** Bilinear; beyond the edges of the texture its edge goes on. */
export function copyPixel(onto: Bitmap, pixel: number, { width, height, data }: Bitmap, u: number, v: number): void {
  const x = Math.min(Math.max(u, 0), width - 1);
  const y = Math.min(Math.max(v, 0), height - 1);
  const x0 = Math.min(Math.floor(x), Math.max(width - 2, 0));
  const y0 = Math.min(Math.floor(y), Math.max(height - 2, 0));
  const [fx, fy] = [x - x0, y - y0];
  const upper = 3 * (y0 * width + x0);
  const lower = upper + 3 * width;
  for (let channel = 0; channel < 3; channel += 1) {
    const top = (data[upper + channel] ?? 0) * (1 - fx) + (data[upper + 3 + channel] ?? 0) * fx;
    const bottom = (data[lower + channel] ?? 0) * (1 - fx) + (data[lower + 3 + channel] ?? 0) * fx;
    onto.data[3 * pixel + channel] = top * (1 - fy) + bottom * fy;
  }
}
