import type { FaceEngineName } from '../contracts/face-engine.js';
import type { Inspection, Verdict } from '../contracts/face-verifier.js';
import type { ErrorCode } from '../errors.js';
import type { CapturePlan } from './capture.js';
import type { ModelSet } from './manifest.js';
import type { FrameOutcome } from './session.js';

/** What the main thread asks of the worker; bytes are transferred, so that no copy stays behind. */
export type Request =
  | { readonly op: 'enrol'; readonly photo: Uint8Array }
  | { readonly op: 'begin'; readonly plan: CapturePlan }
  | { readonly op: 'frame'; readonly jpeg: Uint8Array; readonly at: number }
  | { readonly op: 'verify' }
  | { readonly op: 'inspect'; readonly jpeg: Uint8Array }
  | { readonly op: 'wipe' };

export interface NumberedRequest {
  readonly id: number;
  readonly request: Request;
}

export type Answer =
  | { readonly op: 'enrol' | 'begin' | 'wipe' }
  | { readonly op: 'frame'; readonly outcome: FrameOutcome }
  | { readonly op: 'verify'; readonly verdict: Verdict }
  | { readonly op: 'inspect'; readonly inspection: Inspection };

export interface Failure {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
}

/** What the worker says. `unfit`: it cannot work with these models, and starting it again would not help. */
export type Message =
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'unfit' } & Failure)
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | ({ readonly kind: 'failure'; readonly id: number } & Failure);

/** What the worker is started with. */
export interface WorkerOptions {
  readonly engine: FaceEngineName;
  readonly set: ModelSet;
  /** Of a {@link NativeGate}. */
  readonly gate: SharedArrayBuffer;
}
