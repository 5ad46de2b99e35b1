import type { FaceModel } from '../../src/contracts/face-engine.js';

export interface EngineOptions {
  readonly modelsDir: string;
  /** Which set of `models/manifest.json`; the default one when left out. */
  readonly set?: string | undefined;
  /** Only these networks of the set, where not all are needed. */
  readonly networks?: readonly FaceModel[];
  /** Goes around every call of native code, where others must know of it. */
  readonly native?: <Result>(work: () => Promise<Result>) => Promise<Result>;
}
