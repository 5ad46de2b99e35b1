import type { NetworkInput, Tensor } from '../contracts/face-engine.js';
import { erase, gray, type Planes } from './pixels.js';

/**
 * What a network is fed with a picture of its size. The picture is used up: its memory becomes the tensor's, or is
 * overwritten.
 */
export function networkInput(picture: Planes, use: NetworkInput): Tensor {
  const { width, height, channels } = use;
  const size = width * height;
  const planes = channels === 'gray' ? gray(picture) : picture;
  if (channels === 'gray') erase(picture);
  if (channels === 'bgr') exchange(planes.data, size);
  for (let channel = 0; channel * size < planes.data.length; channel += 1) {
    const mean = use.mean[channel] ?? use.mean[0] ?? 0;
    const factor = 1 / (use.deviation[channel] ?? use.deviation[0] ?? 1);
    const plane = planes.data.subarray(channel * size, (channel + 1) * size);
    for (let i = 0; i < size; i += 1) plane[i] = ((plane[i] ?? 0) - mean) * factor;
  }
  return { data: planes.data, dims: dimsOf(use) };
}

/** Shape of a network's input: one picture, channels, rows, columns. */
export function dimsOf({ width, height, channels }: NetworkInput): readonly number[] {
  return [1, channels === 'gray' ? 1 : 3, height, width];
}

/** Red and blue change places. */
function exchange(data: Float32Array, size: number): void {
  const red = data.slice(0, size);
  data.copyWithin(0, 2 * size, 3 * size);
  data.set(red, 2 * size);
  red.fill(0);
}
