import type { TensorContainer } from '@tensorflow/tfjs-core';
import type { OnnxGraph, OnnxNode } from '../onnx-file/read.js';
import { valueOf } from './constant.js';
import type { Activation, Operator, Run } from './operator.js';
import { conv } from './operators/conv.js';
import { elementwise } from './operators/elementwise.js';
import { reduce } from './operators/reduce.js';
import { shapes } from './operators/shape.js';
import { asPlain, plain, type Tf, type TfTensor, type Value } from './value.js';

const OPERATORS: Readonly<Record<string, Operator>> = { Conv: conv, ...elementwise, ...reduce, ...shapes };

interface Step {
  readonly run: Run;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Values that nobody needs after this step. */
  readonly last: readonly string[];
}

/**
 * An ONNX network on TensorFlow.js: its nodes, one after the other, each mapped onto the operation that does the same.
 * @throws an operator or a form of it that is not mapped
 */
export class Network {
  readonly #tf: Tf;
  readonly #kept: TfTensor[] = [];
  readonly #constants = new Map<string, Value>();
  readonly #steps: readonly Step[];
  readonly #input: string;
  readonly #outputs: readonly string[];

  constructor(tf: Tf, graph: OnnxGraph, input: string, outputs: readonly string[]) {
    this.#tf = tf;
    this.#input = input;
    this.#outputs = outputs;
    const keep = <T extends TfTensor>(tensor: T): T => {
      this.#kept.push(tensor);
      return tensor;
    };
    const made = fuse(graph).map(({ node, activation, output }) => {
      const operator = OPERATORS[node.op];
      if (!operator) throw new Error(`the operator ${node.op} is not supported`);
      const constant = (i: number): ReturnType<typeof graph.constants.get> => graph.constants.get(node.inputs[i] ?? '');
      const run = operator({ tf, node, activation, constant, keep });
      const outputs = output === undefined ? node.outputs : [output];
      // A convolution and what has slopes or factors took its constants itself.
      return { run, inputs: TAKES_CONSTANTS.has(node.op) ? node.inputs.slice(0, 1) : node.inputs, outputs };
    });
    for (const name of new Set(made.flatMap(({ inputs }) => inputs))) {
      const constant = graph.constants.get(name);
      if (constant) this.#constants.set(name, valueOf(tf, constant, keep));
    }
    this.#steps = made.map((step, i) => ({
      ...step,
      last: [...step.inputs, ...step.outputs].filter(
        (name) =>
          !graph.constants.has(name) &&
          !outputs.includes(name) &&
          !made.slice(i + 1).some(({ inputs }) => inputs.includes(name)),
      ),
    }));
  }

  /** Runs the network on one input. The tensors it returns are the caller's to free. */
  run(input: TfTensor): TfTensor[] {
    const tf = this.#tf;
    return tf.tidy(() => {
      const values = new Map<string, Value>(this.#constants).set(this.#input, plain(tf.clone(input)));
      for (const { run, inputs, outputs, last } of this.#steps) {
        const results = freeingTheRest(tf, () => run(inputs.map((name) => values.get(name))));
        outputs.forEach((output, i) => {
          const result = results[i];
          if (result) values.set(output, result);
        });
        for (const name of last) {
          const value = values.get(name);
          if (value?.kind === 'tensor') value.tensor.dispose();
          values.delete(name);
        }
      }
      return this.#outputs.map((output) => asPlain(tf, values.get(output)));
    });
  }

  close(): void {
    for (const tensor of this.#kept.splice(0)) tensor.dispose();
  }
}

/** `tidy` looks for tensors inside of what it returns, whatever that is; its type does not know of read-only lists. */
function freeingTheRest(tf: Tf, work: () => readonly Value[]): readonly Value[] {
  return tf.tidy(() => work() as unknown as TensorContainer) as unknown as readonly Value[];
}

const TAKES_CONSTANTS: ReadonlySet<string> = new Set(['Conv', 'PRelu', 'BatchNormalization']);

interface Planned {
  readonly node: OnnxNode;
  readonly activation: Activation;
  /** The output of the activation, which takes the place of the node's own. */
  readonly output?: string;
}

/** Takes an activation into the convolution before it, when nobody else looks at what is between them. */
function fuse({ nodes, constants }: OnnxGraph): Planned[] {
  const consumers = new Map<string, OnnxNode[]>();
  for (const node of nodes)
    for (const input of node.inputs) consumers.set(input, [...(consumers.get(input) ?? []), node]);
  const fused = new Set<OnnxNode>();
  const planned: Planned[] = [];
  for (const node of nodes) {
    if (fused.has(node)) continue;
    const followers = consumers.get(node.outputs[0] ?? '') ?? [];
    const [next] = followers;
    const activation = node.op === 'Conv' && next && followers.length === 1 ? activationOf(next, constants) : undefined;
    if (activation && next) {
      fused.add(next);
      planned.push({ node, activation, output: next.outputs[0] ?? '' });
    } else {
      planned.push({ node, activation: undefined });
    }
  }
  return planned;
}

function activationOf(node: OnnxNode, constants: OnnxGraph['constants']): Activation {
  if (node.op === 'Relu') return { kind: 'relu' };
  const slopes = node.op === 'PRelu' ? constants.get(node.inputs[1] ?? '') : undefined;
  return slopes && { kind: 'prelu', slopes };
}
