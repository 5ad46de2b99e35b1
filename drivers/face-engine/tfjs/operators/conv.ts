import type * as tfjs from '@tensorflow/tfjs-core';
import { type Operator, type OperatorContext, required } from '../operator.js';
import { asChannelsLast, channelsLast } from '../value.js';

/** ONNX Conv: ordinary (one group) and depthwise (as many groups as channels), with the activation that follows. */
export const conv: Operator = (context) => {
  const { tf, node, keep } = context;
  const weights = required(context.constant(1), 'the kernel of a Conv');
  const [outputs = 1, perGroup = 1, height = 1, width = 1] = weights.dims;
  const group = node.number('group', 1);
  const kernel = tf.tensor4d(required(weights.floats, 'float weights'), [outputs, perGroup, height, width]);
  const biases = context.constant(2)?.floats;
  const bias = biases && { bias: keep(tf.tensor1d(biases)) };
  const { strides, dilations, pad } = geometry(context);
  const options = { ...bias, strides, dilations, ...activation(context) };
  const depthwise = group > 1 && group === outputs && perGroup === 1;
  if (!depthwise && group > 1) throw new Error(`Conv of ${group} groups is not supported`);
  // Height, width, input, output; of a depthwise kernel height, width, channel, one.
  const filter = keep(tf.transpose(kernel, depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]));
  kernel.dispose();
  return ([input]) => {
    const x = asChannelsLast(tf, input) as tfjs.Tensor4D;
    if (!depthwise) return [channelsLast(tf.fused.conv2d({ x, filter, pad, ...options }))];
    // It takes margins as `conv2d` does; only its type does not say so.
    return [channelsLast(tf.fused.depthwiseConv2d({ x, filter, pad: pad as unknown as 'valid', ...options }))];
  };
};

interface Geometry {
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly pad: Margins;
}

type Margins = [[number, number], [number, number], [number, number], [number, number]];

/** Margins side by side: a single number is something the native backend does not take. */
function geometry({ node }: OperatorContext): Geometry {
  const [top = 0, left = 0, bottom = 0, right = 0] = node.ints('pads', []);
  const [down = 1, across = 1] = node.ints('strides', []);
  const [dilationDown = 1, dilationAcross = 1] = node.ints('dilations', []);
  return {
    strides: [down, across],
    dilations: [dilationDown, dilationAcross],
    pad: [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
  };
}

function activation({ tf, activation: following, keep }: OperatorContext): {
  activation?: 'relu' | 'prelu';
  preluActivationWeights?: tfjs.Tensor;
} {
  if (!following) return {};
  if (following.kind === 'relu') return { activation: 'relu' };
  const slopes = keep(tf.tensor1d(required(following.slopes.floats, 'float slopes')));
  return { activation: 'prelu', preluActivationWeights: slopes };
}
