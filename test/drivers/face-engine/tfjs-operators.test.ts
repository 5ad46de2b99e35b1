import { test } from 'tap';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../../../drivers/face-engine/onnx-file/read.js';
import { loadTensorFlow } from '../../../drivers/face-engine/tfjs/backend.js';
import { Network } from '../../../drivers/face-engine/tfjs/network.js';

const tf = await loadTensorFlow();

function node(
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: Record<string, number | number[]> = {},
): OnnxNode {
  return {
    op,
    inputs,
    outputs,
    ints: (name, otherwise) => (Array.isArray(attributes[name]) ? attributes[name] : otherwise),
    number: (name, otherwise) => (typeof attributes[name] === 'number' ? attributes[name] : otherwise),
    tensor: () => undefined,
  };
}

function answer(graph: OnnxGraph, input: number[], dims: number[]): { data: number[]; dims: number[] } {
  const network = new Network(tf, graph, 'x', ['y']);
  const [result] = network.run(tf.tensor(input, dims));
  const made = {
    data: Array.from(result?.dataSync() ?? [], (x) => Math.round(1e4 * x) / 1e4),
    dims: result?.shape ?? [],
  };
  network.close();
  return made;
}

const floats = (dims: number[], ...values: number[]): OnnxTensor => ({ dims, floats: Float32Array.from(values) });
const integers = (...values: number[]): OnnxTensor => ({ dims: [values.length], integers: values });
const graph = (nodes: OnnxNode[], constants: Record<string, OnnxTensor> = {}): OnnxGraph => ({
  nodes,
  constants: new Map(Object.entries(constants)),
});

test('channels come out first as they went in, also after a depthwise convolution and a PRelu', (t) => {
  const constants = { w: floats([2, 1, 1, 1], 2, 3), b: floats([2], 0, 1), s: floats([2, 1, 1], 0.5, 0.1) };
  const network = graph(
    [
      node('Conv', ['x', 'w', 'b'], ['c'], { group: 2, pads: [0, 0, 0, 0], strides: [1, 1] }),
      node('PRelu', ['c', 's'], ['y']),
    ],
    constants,
  );
  t.same(answer(network, [1, -2, 3, -4], [1, 2, 1, 2]), { data: [2, -2, 10, -1.1], dims: [1, 2, 1, 2] });
  t.end();
});

test('a convolution has its margin, stride and dilation', (t) => {
  const constants = { w: floats([1, 1, 2, 2], 1, 10, 100, 1000) };
  const of = (attributes: Record<string, number | number[]>) =>
    answer(graph([node('Conv', ['x', 'w'], ['y'], attributes)], constants), [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]);
  t.same(of({}).data, [5421, 6532, 8754, 9865]);
  t.same(of({ pads: [1, 1, 1, 1], strides: [2, 2] }), { data: [1000, 3200, 7040, 9865], dims: [1, 1, 2, 2] });
  t.same(of({ dilations: [2, 2] }), { data: [9731], dims: [1, 1, 1, 1] });
  t.end();
});

test('slices, splits, concatenations and reshapes keep to the order of ONNX', (t) => {
  const nodes = [
    node('Relu', ['x'], ['r']),
    node('Conv', ['r', 'w'], ['c'], { group: 4 }),
    node('Split', ['c'], ['p', 'q'], { axis: 1, split: [1, 3] }),
    node('Concat', ['q', 'p'], ['z'], { axis: 1 }),
    node('Reshape', ['z', 'shape'], ['f']),
    node('Slice', ['f'], ['y'], { axes: [1], starts: [1], ends: [Number.MAX_SAFE_INTEGER] }),
  ];
  const constants = { w: floats([4, 1, 1, 1], 1, 1, 1, 1), shape: integers(0, -1) };
  t.same(answer(graph(nodes, constants), [1, 2, 3, 4, 5, 6, 7, 8], [1, 4, 1, 2]), {
    data: [4, 5, 6, 7, 8, 1, 2],
    dims: [1, 7],
  });
  t.end();
});

test('what is not mapped is refused when the network is loaded', (t) => {
  t.throws(() => new Network(tf, graph([node('Einsum', ['x'], ['y'])]), 'x', ['y']), /Einsum/);
  const grouped = [node('Conv', ['x', 'w'], ['y'], { group: 2 })];
  t.throws(
    () => new Network(tf, graph(grouped, { w: floats([4, 2, 1, 1], 1, 2, 3, 4, 5, 6, 7, 8) }), 'x', ['y']),
    /groups/,
  );
  t.end();
});
