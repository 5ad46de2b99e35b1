import type * as tfjs from '@tensorflow/tfjs-core';
import type { Operator } from '../operator.js';
import { asChannelsLast, asPlain, axisOf, channelsLast, plain, tensorValue } from '../value.js';
import { evenPad } from './pad.js';

const globalAveragePool: Operator =
  ({ tf }) =>
  ([input]) => [channelsLast(tf.mean(asChannelsLast(tf, input), [1, 2], true))];

const maxPool: Operator = ({ tf, node }) => {
  const [height = 1, width = 1] = node.ints('kernel_shape', []);
  const [down = 1, across = 1] = node.ints('strides', []);
  const pad = evenPad(node);
  return ([input]) => {
    const x = asChannelsLast(tf, input) as tfjs.Tensor4D;
    return [channelsLast(tf.maxPool(x, [height, width], [down, across], pad, 'floor'))];
  };
};

/** Without `keepdims` a picture loses its layout with its axes: all but that of its channels must go. */
const reduceMean: Operator = ({ tf, node }) => {
  const axes = node.ints('axes', []);
  const keepdims = node.number('keepdims', 1) === 1;
  return ([input]) => {
    const { tensor, channelsLast: last } = tensorValue(input);
    const mean = tf.mean(
      tensor,
      axes.map((axis) => axisOf(input, axis)),
      keepdims,
    );
    if (last && !keepdims && axes.length !== 2) throw new Error('ReduceMean over these axes is not supported');
    return [last && keepdims ? channelsLast(mean) : plain(mean)];
  };
};

/** ONNX Softmax up to opset 12 flattens from `axis` on: over the last axis this is the same. */
const softmax: Operator = ({ tf, node }) => {
  const axis = node.number('axis', 1);
  return ([input]) => {
    const x = asPlain(tf, input);
    if (axis !== -1 && axis !== x.rank - 1) throw new Error(`Softmax over axis ${axis} is not supported`);
    return [plain(tf.softmax(x))];
  };
};

/** ONNX Gemm without factors: a · b + c. */
const gemm: Operator = ({ tf, node }) => {
  if (node.number('alpha', 1) !== 1 || node.number('beta', 1) !== 1 || node.number('transA', 0) !== 0)
    throw new Error('Gemm with factors is not supported');
  const transposed = node.number('transB', 0) === 1;
  return ([a, b, c]) => {
    const product = tf.matMul(asPlain(tf, a), asPlain(tf, b), false, transposed);
    return [plain(c ? tf.add(product, asPlain(tf, c)) : product)];
  };
};

const matMul: Operator =
  ({ tf }) =>
  ([a, b]) => [plain(tf.matMul(asPlain(tf, a), asPlain(tf, b)))];

export const reduce = {
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  MatMul: matMul,
  MaxPool: maxPool,
  ReduceMean: reduceMean,
  Softmax: softmax,
} as const satisfies Readonly<Record<string, Operator>>;
