import type * as tfjs from '@tensorflow/tfjs-core';
import { type Operator, type OperatorContext, required } from '../operator.js';
import { asChannelsLast, channelsLast } from '../value.js';
import { evenPad } from './pad.js';

/** ONNX Conv: ordinary (one group) and depthwise (as many groups as channels), with the activation that follows. */
export const conv: Operator = (context) => {
  const { tf, node, keep } = context;
  const weights = required(context.constant(1), 'the kernel of a Conv');
  const [outputs = 1, perGroup = 1, height = 1, width = 1] = weights.dims;
  const group = node.number('group', 1);
  const kernel = tf.tensor4d(required(weights.floats, 'float weights'), [outputs, perGroup, height, width]);
  const biases = context.constant(2)?.floats;
  const bias = biases && { bias: keep(tf.tensor1d(biases)) };
  const options = { ...bias, ...geometry(context), ...activation(context) };
  const depthwise = group > 1 && group === outputs && perGroup === 1;
  if (!depthwise && group > 1) throw new Error(`Conv of ${group} groups is not supported`);
  // Height, width, input, output; of a depthwise kernel height, width, channel, one.
  const filter = keep(tf.transpose(kernel, depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]));
  kernel.dispose();
  return ([input]) => {
    const x = asChannelsLast(tf, input) as tfjs.Tensor4D;
    return [channelsLast((depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d)({ x, filter, ...options }))];
  };
};

function geometry({ node }: OperatorContext): {
  strides: [number, number];
  dilations: [number, number];
  pad: number;
} {
  const [down = 1, across = 1] = node.ints('strides', []);
  const [dilationDown = 1, dilationAcross = 1] = node.ints('dilations', []);
  return { strides: [down, across], dilations: [dilationDown, dilationAcross], pad: evenPad(node) };
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
