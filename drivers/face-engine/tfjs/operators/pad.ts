import type { OnnxNode } from '../../onnx-file/read.js';

/** The margin of a convolution or a pooling that has the same on all sides. */
export function evenPad(node: OnnxNode): number {
  const [pad = 0, ...others] = node.ints('pads', []);
  if (others.some((other) => other !== pad)) throw new Error(`${node.op} with uneven margins is not supported`);
  return pad;
}
