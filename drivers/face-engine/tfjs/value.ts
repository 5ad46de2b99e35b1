import type * as tfjs from '@tensorflow/tfjs-core';

export type Tf = typeof tfjs;
export type TfTensor = tfjs.Tensor;

/**
 * What flows between the nodes of a network: a tensor, or the integers of shapes and indices.
 * ONNX has channels first (N, C, H, W), TensorFlow.js computes with channels last: a tensor that is `channelsLast` lies
 * in memory as N, H, W, C and means N, C, H, W.
 */
export type Value =
  | { readonly kind: 'tensor'; readonly tensor: TfTensor; readonly channelsLast: boolean }
  | { readonly kind: 'integers'; readonly integers: readonly number[] };

export function channelsLast(tensor: TfTensor): Value {
  return { kind: 'tensor', tensor, channelsLast: true };
}

export function plain(tensor: TfTensor): Value {
  return { kind: 'tensor', tensor, channelsLast: false };
}

export function integers(numbers: readonly number[]): Value {
  return { kind: 'integers', integers: numbers };
}

/** The tensor as ONNX means it. */
export function asPlain(tf: Tf, value: Value | undefined): TfTensor {
  const { tensor, channelsLast: last } = tensorValue(value);
  return last ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor;
}

/** The tensor with its channels last; what has no channels, a single number, stays as it is. */
export function asChannelsLast(tf: Tf, value: Value | undefined): TfTensor {
  const { tensor, channelsLast: last } = tensorValue(value);
  if (last || tensor.size === 1) return tensor;
  if (tensor.rank === 4) return tf.transpose(tensor, [0, 2, 3, 1]);
  if (tensor.rank === 3) return tf.transpose(tensor, [1, 2, 0]);
  throw new Error(`a tensor of rank ${tensor.rank} has no channels`);
}

/** The shape as ONNX means it. */
export function shapeOf(value: Value | undefined): readonly number[] {
  const { tensor, channelsLast: last } = tensorValue(value);
  const [n = 1, h = 1, w = 1, c = 1] = tensor.shape;
  return last ? [n, c, h, w] : tensor.shape;
}

/** Where axis `axis` of ONNX lies in memory; negative ones count from the end. */
export function axisOf(value: Value | undefined, axis: number): number {
  const { tensor, channelsLast: last } = tensorValue(value);
  const positive = axis < 0 ? axis + tensor.rank : axis;
  return last ? ([0, 3, 1, 2][positive] ?? positive) : positive;
}

export function tensorValue(value: Value | undefined): Extract<Value, { kind: 'tensor' }> {
  if (value?.kind !== 'tensor') throw new Error('a tensor was expected');
  return value;
}

export function integersOf(value: Value | undefined): readonly number[] {
  if (value?.kind !== 'integers') throw new Error('integers were expected');
  return value.integers;
}
