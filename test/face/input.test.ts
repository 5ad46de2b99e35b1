import { test } from 'tap';
import { dimsOf, networkInput } from '../../src/face/input.js';

const picture = () => ({ width: 2, height: 1, data: Float32Array.of(10, 20, 30, 40, 50, 60) });
const rgb = { width: 2, height: 1, channels: 'rgb', mean: [0], deviation: [1] } as const;

test('a network gets its channels in its order, shifted and scaled as its entry says', (t) => {
  t.same([...networkInput(picture(), rgb).data], [10, 20, 30, 40, 50, 60]);
  t.same([...networkInput(picture(), { ...rgb, channels: 'bgr' }).data], [50, 60, 30, 40, 10, 20]);
  const each = { ...rgb, mean: [10, 30, 50], deviation: [10, 1, 2] };
  t.same([...networkInput(picture(), each).data], [0, 1, 0, 10, 0, 5]);
  t.same(networkInput(picture(), rgb).dims, [1, 3, 1, 2]);
  t.end();
});

test('a gray network gets luma (ITU-R BT.601), and the colours are overwritten', (t) => {
  const colour = picture();
  const { data, dims } = networkInput(colour, { ...rgb, channels: 'gray', mean: [0], deviation: [256] });
  t.same(dims, dimsOf({ ...rgb, channels: 'gray' }));
  t.ok(Math.abs((data[0] ?? 0) - (0.299 * 10 + 0.587 * 30 + 0.114 * 50) / 256) < 1e-6);
  t.ok(colour.data.every((x) => x === 0));
  t.end();
});
