/** Programs that can run the networks; all run the same files, so that thresholds hold for each. */
export const FACE_ENGINES = ['onnx', 'tfjs'] as const;
export type FaceEngineName = (typeof FACE_ENGINES)[number];

/** The networks a comparison needs: every model set has them. */
export const COMPARING = ['detect', 'landmark', 'feature'] as const;
/** The networks that judge whether a face is live: a model set may lack any of them. */
export const JUDGING = ['liveness', 'pose', 'eye'] as const;
export type FaceModel = (typeof COMPARING)[number] | (typeof JUDGING)[number];

export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/**
 * Runs the networks of a model set.
 * - `models` are the networks of the set: those of {@link COMPARING} always.
 * - Sessions are warm after `createEngine` resolved; files were checked against their SHA-256 before they were loaded.
 * - `run` takes one input tensor and resolves with the outputs in the order of the manifest. It keeps no reference to either.
 * - Errors: `face.engine-failed`, also for a network that the set lacks; on creation `face.model-missing`, `face.model-altered`.
 */
export interface FaceEngine {
  readonly models: ReadonlySet<FaceModel>;
  run(model: FaceModel, input: Tensor): Promise<readonly Tensor[]>;
  close(): Promise<void>;
}
