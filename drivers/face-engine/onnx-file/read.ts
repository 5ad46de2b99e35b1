import { z } from 'zod';
import { ModelProto } from './schema.js';

/** A constant: weights as floats, shapes and indices as integers. */
export interface OnnxTensor {
  readonly dims: readonly number[];
  readonly floats?: Float32Array;
  readonly integers?: readonly number[];
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** An attribute that is a list of integers; the default when it is not there. */
  ints(name: string, otherwise: readonly number[]): readonly number[];
  /** An attribute that is one number. */
  number(name: string, otherwise: number): number;
  tensor(name: string): OnnxTensor | undefined;
}

/** A network as its file has it: nodes in an order in which they can be computed. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
}

const FLOAT = 1;
const INT64 = 7;

const tensorProto = z.object({
  name: z.string(),
  dims: z.array(z.number()),
  dataType: z.number(),
  floatData: z.array(z.number()),
  int64Data: z.array(z.number()),
  rawData: z.instanceof(Uint8Array),
});

const attributeProto = z.object({
  name: z.string(),
  f: z.number(),
  i: z.number(),
  t: tensorProto.nullish(),
  ints: z.array(z.number()),
  type: z.number(),
});

const modelProto = z.object({
  graph: z.object({
    node: z.array(
      z.object({
        input: z.array(z.string()),
        output: z.array(z.string()),
        opType: z.string(),
        attribute: z.array(attributeProto),
      }),
    ),
    initializer: z.array(tensorProto),
  }),
});

type AttributeProto = z.infer<typeof attributeProto>;

/** `AttributeProto.AttributeType` of a single float; a single integer has its own field. */
const ATTRIBUTE_FLOAT = 1;

/** Reads an ONNX file. @throws when it is none */
export function readOnnx(bytes: Uint8Array): OnnxGraph {
  const message = ModelProto.decode(bytes);
  const { graph } = modelProto.parse(ModelProto.toObject(message, { longs: Number, arrays: true, defaults: true }));
  return {
    nodes: graph.node.map(({ input, output, opType, attribute }) => nodeOf(opType, input, output, attribute)),
    constants: new Map(graph.initializer.map((tensor) => [tensor.name, tensorOf(tensor)])),
  };
}

function nodeOf(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly AttributeProto[],
): OnnxNode {
  const find = (name: string): AttributeProto | undefined => attributes.find((attribute) => attribute.name === name);
  return {
    op,
    inputs,
    outputs,
    ints: (name, otherwise) => find(name)?.ints ?? otherwise,
    number(name, otherwise) {
      const attribute = find(name);
      if (!attribute) return otherwise;
      return attribute.type === ATTRIBUTE_FLOAT ? attribute.f : attribute.i;
    },
    tensor(name) {
      const tensor = find(name)?.t;
      return tensor ? tensorOf(tensor) : undefined;
    },
  };
}

function tensorOf({ dims, dataType, floatData, int64Data, rawData }: z.infer<typeof tensorProto>): OnnxTensor {
  // A copy: raw data lie at any offset of the file, numbers of 4 and 8 bytes only at multiples of their size.
  const raw = Uint8Array.from(rawData).buffer;
  if (dataType === FLOAT) {
    return { dims, floats: rawData.length > 0 ? new Float32Array(raw) : Float32Array.from(floatData) };
  }
  if (dataType !== INT64) throw new Error(`tensors of type ${dataType} are not supported`);
  return { dims, integers: rawData.length > 0 ? Array.from(new BigInt64Array(raw), Number) : int64Data };
}
