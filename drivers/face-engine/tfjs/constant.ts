import type { OnnxTensor } from '../onnx-file/read.js';
import { integers, plain, type Tf, type TfTensor, type Value } from './value.js';

/** A constant of the file as a value. */
export function valueOf(tf: Tf, constant: OnnxTensor, keep: <T extends TfTensor>(tensor: T) => T): Value {
  if (constant.integers) return integers(constant.integers);
  return plain(keep(tf.tensor(constant.floats ?? new Float32Array(), [...constant.dims], 'float32')));
}
