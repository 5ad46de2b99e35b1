import { type Operator, required } from '../operator.js';
import { asChannelsLast, asPlain, channelsLast, plain, type Tf, type TfTensor, tensorValue } from '../value.js';

/** Applied to each number alone: the order in memory does not matter. */
function unary(compute: (tf: Tf, x: TfTensor) => TfTensor): Operator {
  return ({ tf }) =>
    ([input]) => {
      const { tensor, channelsLast: last } = tensorValue(input);
      return [last ? channelsLast(compute(tf, tensor)) : plain(compute(tf, tensor))];
    };
}

/** Two tensors, broadcast as ONNX does; when one has its channels last the other is brought to it. */
function binary(compute: (tf: Tf, a: TfTensor, b: TfTensor) => TfTensor): Operator {
  return ({ tf }) =>
    ([a, b]) =>
      tensorValue(a).channelsLast || tensorValue(b).channelsLast
        ? [channelsLast(compute(tf, asChannelsLast(tf, a), asChannelsLast(tf, b)))]
        : [plain(compute(tf, asPlain(tf, a), asPlain(tf, b)))];
}

/** ONNX BatchNormalization of inference: one factor and one summand a channel. */
const batchNormalization: Operator = ({ tf, node, constant, keep }) => {
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((i) => required(constant(i)?.floats, 'a BatchNormalization'));
  const epsilon = node.number('epsilon', 1e-5);
  const factors = required(scale, 'scale').map((s, i) => s / Math.sqrt((variance?.[i] ?? 1) + epsilon));
  const factor = keep(tf.tensor1d(factors));
  const summand = keep(tf.tensor1d(factors.map((f, i) => (shift?.[i] ?? 0) - f * (mean?.[i] ?? 0))));
  return ([input]) => {
    const value = tensorValue(input);
    if (!value.channelsLast && value.tensor.rank !== 2) throw new Error('BatchNormalization of another layout');
    const result = tf.add(tf.mul(value.tensor, factor), summand);
    return [value.channelsLast ? channelsLast(result) : plain(result)];
  };
};

/** ONNX PRelu with one slope a channel, where it was not taken into the convolution before it. */
const prelu: Operator = ({ tf, constant, keep }) => {
  const slopes = keep(tf.tensor1d(required(constant(1)?.floats, 'the slopes of a PRelu')));
  return ([input]) => [channelsLast(tf.prelu(asChannelsLast(tf, input), slopes))];
};

export const elementwise = {
  Add: binary((tf, a, b) => tf.add(a, b)),
  BatchNormalization: batchNormalization,
  Div: binary((tf, a, b) => tf.div(a, b)),
  Exp: unary((tf, x) => tf.exp(x)),
  Mul: binary((tf, a, b) => tf.mul(a, b)),
  PRelu: prelu,
  Relu: unary((tf, x) => tf.relu(x)),
  Sigmoid: unary((tf, x) => tf.sigmoid(x)),
  Sub: binary((tf, a, b) => tf.sub(a, b)),
} as const satisfies Readonly<Record<string, Operator>>;
