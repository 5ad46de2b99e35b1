import type { OnnxNode, OnnxTensor } from '../onnx-file/read.js';
import type { Tf, TfTensor, Value } from './value.js';

/** Computes the outputs of one node; what it makes on the way is freed by its caller. */
export type Run = (inputs: readonly (Value | undefined)[]) => readonly Value[];

/** What comes right after a convolution and is computed with it. */
export type Activation =
  { readonly kind: 'relu' } | { readonly kind: 'prelu'; readonly slopes: OnnxTensor } | undefined;

/** What an operator is made with, once, when a network is loaded. */
export interface OperatorContext {
  readonly tf: Tf;
  readonly node: OnnxNode;
  readonly activation: Activation;
  /** Input number `i` if it is a constant of the file. */
  readonly constant: (i: number) => OnnxTensor | undefined;
  /** Keeps a tensor until the network is closed. */
  readonly keep: <T extends TfTensor>(tensor: T) => T;
}

export type Operator = (context: OperatorContext) => Run;

/** A constant that the operator cannot do without. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is not in the file`);
  return value;
}
