import { type Operator, required } from '../operator.js';
import {
  asPlain,
  axisOf,
  channelsLast,
  integers,
  integersOf,
  plain,
  shapeOf,
  tensorValue,
  type Value,
} from '../value.js';
import { valueOf } from '../constant.js';

const concat: Operator = ({ tf, node }) => {
  const axis = node.number('axis', 0);
  return (inputs) => {
    const [first] = inputs;
    if (first?.kind === 'integers') return [integers(inputs.flatMap((input) => [...integersOf(input)]))];
    const all = inputs.map(tensorValue);
    return all.every((value) => value.channelsLast)
      ? [
          channelsLast(
            tf.concat(
              all.map(({ tensor }) => tensor),
              axisOf(first, axis),
            ),
          ),
        ]
      : [
          plain(
            tf.concat(
              all.map((value) => asPlain(tf, value)),
              axis,
            ),
          ),
        ];
  };
};

const constant: Operator = ({ tf, node, keep }) => {
  const value = valueOf(tf, required(node.tensor('value'), 'the value of a Constant'), keep);
  // A view of its own: whoever frees it does not free the constant.
  return () => [value.kind === 'tensor' ? plain(tf.clone(value.tensor)) : value];
};

const flatten: Operator = ({ tf, node }) => {
  const axis = node.number('axis', 1);
  return ([input]) => {
    const x = asPlain(tf, input);
    const rows = x.shape.slice(0, axis).reduce((a, b) => a * b, 1);
    return [plain(tf.reshape(x, [rows, x.size / rows]))];
  };
};

/** Only of shapes: the entry at an index. */
const gather: Operator =
  () =>
  ([from, index]) => {
    const [at = 0] = integersOf(index);
    return [integers([integersOf(from).at(at) ?? 0])];
  };

const reshape: Operator =
  ({ tf }) =>
  ([input, target]) => {
    const old = shapeOf(input);
    const shape = integersOf(target).map((size, i) => (size === 0 ? (old[i] ?? 1) : size));
    return [plain(tf.reshape(asPlain(tf, input), shape))];
  };

const shape: Operator =
  () =>
  ([input]) => [integers(shapeOf(input))];

const slice: Operator = ({ tf, node }) => {
  const [starts, ends] = [node.ints('starts', []), node.ints('ends', [])];
  const axes = node.ints(
    'axes',
    starts.map((_, i) => i),
  );
  return ([input]) => {
    const x = asPlain(tf, input);
    const begin = x.shape.map(() => 0);
    const size = [...x.shape];
    axes.forEach((axis, i) => {
      const length = x.shape[axis] ?? 0;
      const within = (at: number): number => Math.min(length, at < 0 ? at + length : at);
      begin[axis] = within(starts[i] ?? 0);
      size[axis] = within(ends[i] ?? length) - (begin[axis] ?? 0);
    });
    return [plain(tf.slice(x, begin, size))];
  };
};

const split: Operator = ({ tf, node }) => {
  const axis = node.number('axis', 0);
  const sizes = [...node.ints('split', [])];
  return ([input]) => {
    const { tensor, channelsLast: last } = tensorValue(input);
    const parts = tf.split(tensor, sizes, axisOf(input, axis));
    return parts.map((part): Value => (last ? channelsLast(part) : plain(part)));
  };
};

/** Channels last, as they lie already, cost nothing. */
const transpose: Operator = ({ tf, node }) => {
  const order = [...node.ints('perm', [])];
  return ([input]) => {
    const { tensor, channelsLast: last } = tensorValue(input);
    if (last && order.join() === '0,2,3,1') return [plain(tf.clone(tensor))];
    return [plain(tf.transpose(asPlain(tf, input), order))];
  };
};

/** Only of shapes, which have no axes of their own here. */
const unsqueeze: Operator =
  () =>
  ([input]) => [integers(integersOf(input))];

export const shapes = {
  Concat: concat,
  Constant: constant,
  Flatten: flatten,
  Gather: gather,
  Reshape: reshape,
  Shape: shape,
  Slice: slice,
  Split: split,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
} as const satisfies Readonly<Record<string, Operator>>;
