import type { FaceModel } from '../../src/contracts/face-engine.js';
import type { ModelSet } from '../../src/face/manifest.js';

export interface EngineOptions {
  readonly set: ModelSet;
  /** Only these networks of the set, where not all are needed. */
  readonly networks?: readonly FaceModel[];
  /** Goes around every call of native code, where others must know of it. */
  readonly native?: <Result>(work: () => Promise<Result>) => Promise<Result>;
}
