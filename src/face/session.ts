import type { FaceEngine } from '../contracts/face-engine.js';
import type { ChallengeStep, FaceReason, Inspection, Progress, Verdict } from '../contracts/face-verifier.js';
import { codeOf, KioskError } from '../errors.js';
import { type CaptureState, captureStep, type Slot, startCapture } from './capture.js';
import { embed, type Template } from './embed.js';
import { createFaceFinder } from './finder.js';
import { analyse } from './frame.js';
import type { ModelSet } from './manifest.js';
import { erase, type Planes } from './pixels.js';
import { stillTemplate } from './still.js';
import { limitsOf, verdict } from './verdict.js';

/** What a frame led to. */
export type FrameOutcome =
  | { readonly readable: false; readonly reason: FaceReason }
  | { readonly readable: true; readonly done: boolean; readonly progress: Progress; readonly missing: FaceReason };

/** One visit's faces: the only place that holds templates and pieces of frames, and only until {@link wipe}. */
export class FaceSession {
  readonly #engine: FaceEngine;
  readonly #set: ModelSet;
  readonly #kept = new Map<Slot, Planes>();
  #photo: Template | undefined;
  #steps: readonly ChallengeStep[] = [];
  #capture: CaptureState = startCapture([]);

  constructor(engine: FaceEngine, set: ModelSet) {
    this.#engine = engine;
    this.#set = set;
  }

  /** Takes the document's photograph; overwrites its bytes. @throws what {@link stillTemplate} throws */
  async enrol(photo: Uint8Array): Promise<void> {
    this.wipe();
    try {
      this.#photo = await stillTemplate(this.#engine, photo);
    } finally {
      photo.fill(0);
    }
  }

  /** Begins a capture; what an earlier try kept is overwritten. */
  begin(steps: readonly ChallengeStep[]): void {
    this.#forgetFrames();
    this.#steps = steps;
    this.#capture = startCapture(steps);
  }

  /** Looks at a frame and overwrites its bytes. A frame that is no picture is skipped. @throws `face.engine-failed` */
  async frame(jpeg: Uint8Array, at: number): Promise<FrameOutcome> {
    try {
      const { report, aligned } = await analyse(this.#engine, jpeg, at);
      const { state, progress, keep, restart } = captureStep(this.#capture, this.#steps, report);
      if (restart) this.#forgetFrames();
      if (aligned && keep) this.#keep(keep, aligned);
      else if (aligned) erase(aligned);
      this.#capture = state;
      return { readable: true, done: state.done, progress, missing: state.missing };
    } catch (error) {
      const reason = unreadable(error);
      if (!reason) throw error;
      return { readable: false, reason };
    } finally {
      jpeg.fill(0);
    }
  }

  /** Compares what was kept with the photograph. @throws `face.engine-failed` when nothing was enrolled */
  async verify(): Promise<Verdict> {
    if (!this.#photo) throw new KioskError('face.engine-failed', 'no photograph enrolled');
    if (!this.#capture.done) return { decision: 'no-match', reason: this.#capture.missing };
    const frames: Template[] = [];
    try {
      for (const aligned of this.#kept.values()) frames.push(await embed(this.#engine, aligned));
      return verdict(this.#photo, frames, limitsOf(this.#set));
    } finally {
      for (const template of frames) template.fill(0);
    }
  }

  /** Where the faces of a picture are; overwrites its bytes. @throws what {@link createFaceFinder} says */
  async inspect(jpeg: Uint8Array): Promise<Inspection> {
    try {
      return await createFaceFinder(this.#engine).find(jpeg);
    } finally {
      jpeg.fill(0);
    }
  }

  /** Overwrites everything of the visit. */
  wipe(): void {
    this.#forgetFrames();
    this.#photo?.fill(0);
    this.#photo = undefined;
    this.#capture = startCapture([]);
  }

  #keep(slot: Slot, aligned: Planes): void {
    const old = this.#kept.get(slot);
    if (old) erase(old);
    this.#kept.set(slot, aligned);
  }

  #forgetFrames(): void {
    erase(...this.#kept.values());
    this.#kept.clear();
  }
}

/** Why a frame is no picture; undefined when it is not the frame's fault. */
function unreadable(error: unknown): FaceReason | undefined {
  const code = codeOf(error, 'face.engine-failed');
  return code === 'face.image-too-large' || code === 'face.image-unreadable' || code === 'face.no-face'
    ? code
    : undefined;
}
