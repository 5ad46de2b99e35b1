/** Programs that can run the networks; all run the same files, so that thresholds hold for each. */
export const FACE_ENGINES = ['onnx', 'tfjs'] as const;
export type FaceEngineName = (typeof FACE_ENGINES)[number];

/** The networks a comparison needs: every model set has them. */
export const COMPARING = ['detect', 'landmark', 'feature'] as const;
/** The networks that judge whether a face is live: a model set may lack any of them. */
export const JUDGING = ['liveness', 'pose', 'eye'] as const;
export type FaceModel = (typeof COMPARING)[number] | (typeof JUDGING)[number];

/** What a network is fed: a picture of this size, channel by channel, each pixel (0…255) as `(x − mean) / deviation`. */
export interface NetworkInput {
  readonly width: number;
  readonly height: number;
  readonly channels: 'rgb' | 'bgr' | 'gray';
  /** One number for all channels or one for each. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** How the networks of a model set are used: pre- and post-processing belong to the files. */
export type ModelUses = {
  readonly detect: NetworkInput & {
    /** What is less sure than this is no face. */
    readonly leastScore: number;
    /** Boxes that overlap more are one face (intersection over union). */
    readonly sameFaceIou: number;
  };
  readonly landmark: NetworkInput;
  readonly feature: NetworkInput & {
    /** Slightly shifted and scaled views of a still picture whose templates are averaged: 1 to 9. */
    readonly stillViews: number;
  };
} & { readonly [model in (typeof JUDGING)[number]]?: NetworkInput };

export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/**
 * Runs the networks of a model set.
 * - `models` are the networks of the set: those of {@link COMPARING} always. `uses` says how each is used.
 * - Sessions are warm after `createEngine` resolved; files were checked against their SHA-256 before they were loaded.
 * - `run` takes one input tensor and resolves with the outputs in the order of the manifest. It keeps no reference to either.
 * - Errors: `face.engine-failed`, also for a network that the set lacks; on creation `face.model-missing`,
 *   `face.model-altered`, `face.model-mismatch`.
 */
export interface FaceEngine {
  readonly models: ReadonlySet<FaceModel>;
  readonly uses: ModelUses;
  run(model: FaceModel, input: Tensor): Promise<readonly Tensor[]>;
  close(): Promise<void>;
}
