/** The networks a model set consists of. */
export type FaceModel = 'detect' | 'landmark' | 'feature';

export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/**
 * Runs the networks of a model set.
 * - Sessions are warm after `createEngine` resolved; files were checked against their SHA-256 before they were loaded.
 * - `run` takes one input tensor and resolves with the outputs in the order of the manifest. It keeps no reference to either.
 * - Errors: `face.engine-failed`; on creation `face.model-missing`, `face.model-altered`.
 */
export interface FaceEngine {
  run(model: FaceModel, input: Tensor): Promise<readonly Tensor[]>;
  close(): Promise<void>;
}
