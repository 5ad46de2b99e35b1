import type { FaceEngine } from '../contracts/face-engine.js';
import type { FaceReason, Inspection, Progress, Verdict } from '../contracts/face-verifier.js';
import { codeOf, KioskError } from '../errors.js';
import { type CapturePlan, type CaptureState, captureStep, startCapture } from './capture.js';
import { similarityOf } from './compare.js';
import { embed, type Template } from './embed.js';
import { createFaceFinder } from './finder.js';
import { analyse } from './frame.js';
import { KeptFrames } from './kept-frames.js';
import type { ModelSet } from './manifest.js';
import { release, type Planes } from './pixels.js';
import { stillTemplate } from './still.js';
import { limitsOf, median, PASSIVE_DOUBT, resembles, verdict } from './verdict.js';

/** What a frame led to. */
export type FrameOutcome =
  | { readonly readable: false; readonly reason: FaceReason }
  | {
      readonly readable: true;
      readonly done: boolean;
      readonly progress: Progress;
      readonly missing: FaceReason;
      /** The try is over without success. */
      readonly failed?: FaceReason;
    };

/** More looks at how live a face looks tell nothing new. */
const PASSIVE_LOOKS = 6;
const NO_PLAN: CapturePlan = { steps: [], stepMs: 0 };

/** One visit's faces: the only place that holds templates and pieces of frames, and only until {@link wipe}. */
export class FaceSession {
  readonly #engine: FaceEngine;
  readonly #set: ModelSet;
  readonly #kept = new KeptFrames();
  #photo: Template | undefined;
  #plan: CapturePlan = NO_PLAN;
  #capture: CaptureState = startCapture();
  #passive: number[] = [];
  /** What an earlier try of this visit was found to be: it says more than that a later one did not do what was asked for. */
  #finding: FaceReason | undefined;

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

  /**
   * Begins a capture; what an earlier try kept is overwritten.
   * @throws `face.model-missing` when the model set cannot judge a challenge
   */
  begin(plan: CapturePlan): void {
    const lacking = (['pose', 'eye'] as const).find((model) => !this.#engine.models.has(model));
    if (lacking && plan.steps.length > 0) throw new KioskError('face.model-missing', `${lacking}, for the challenge`);
    this.#forgetFrames();
    this.#plan = plan;
  }

  /** Looks at a frame and overwrites its bytes. A frame that is no picture is skipped. @throws `face.engine-failed` */
  async frame(jpeg: Uint8Array, at: number): Promise<FrameOutcome> {
    try {
      const wanted = { passive: this.#passive.length < PASSIVE_LOOKS };
      const { report, aligned, passive } = await analyse(this.#engine, jpeg, at, wanted);
      const { state, progress, keep, restart, turned } = captureStep(this.#capture, this.#plan, report);
      const failed = await this.#failure(state.failed, turned, aligned);
      if (restart) this.#forgetFrames();
      if (aligned && keep !== undefined) this.#kept.add(keep, report.box ? report.score : 0, aligned);
      else if (aligned) release(aligned);
      if (passive !== undefined) this.#passive.push(passive);
      this.#capture = state;
      // While the customer still moves there is time to prepare the comparison.
      if (!state.done) await this.#kept.digest(over(state, this.#plan), (face) => this.#embed(face));
      return { readable: true, done: state.done, progress, missing: state.missing, ...(failed && { failed }) };
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
    try {
      const frames = await this.#kept.templates((face) => this.#embed(face));
      const found = verdict(this.#photo, frames, limitsOf(this.#set), this.#passive);
      return found.decision === 'match' ? found : { decision: 'no-match', reason: this.#remembered(found.reason) };
    } finally {
      this.#kept.clear();
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
    this.#plan = NO_PLAN;
    this.#finding = undefined;
  }

  #embed(aligned: Planes): Promise<Template> {
    return embed(this.#engine, aligned);
  }

  /** Why the try is over, if it is. @param turned a step was done by a head @param now the face, when it was a good frame */
  async #failure(
    failed: FaceReason | undefined,
    turned: boolean,
    now: Planes | undefined,
  ): Promise<FaceReason | undefined> {
    if (failed) return this.#reason(failed, now);
    // A head that turns is less like itself, but not like somebody else: who did the step must be who looked up before.
    const stranger = turned && now && (await this.#stranger(now, limitsOf(this.#set).each));
    return stranger ? this.#remembered(stranger) : undefined;
  }

  /** Why a step was not done: by another face than began the challenge; by one that hardly looks live; or just not. */
  async #reason(failed: FaceReason, now: Planes | undefined): Promise<FaceReason> {
    if (now && (await this.#stranger(now, limitsOf(this.#set).same)) === 'face.changed') this.#finding = 'face.changed';
    else if (failed !== 'face.challenge-failed') this.#finding = failed;
    else if (this.#passive.length > 0 && median(this.#passive) < PASSIVE_DOUBT) this.#finding ??= 'face.not-live';
    return this.#finding ?? failed;
  }

  /** Who did the challenge and is somebody else was live; only that another face took their place says more. */
  #remembered(reason: FaceReason): FaceReason {
    if (this.#finding !== 'face.changed') this.#finding = reason;
    return this.#finding;
  }

  /** What a face is when it is not that of the frames kept so far. @param least cosine to each of them */
  async #stranger(now: Planes, least: number): Promise<'face.changed' | 'face.no-match' | undefined> {
    const photo = this.#photo;
    if (!photo) return undefined;
    const frames = await this.#kept.templates((face) => this.#embed(face));
    const template = await this.#embed(now);
    const differs = frames.some((frame) => similarityOf(frame.template, template) < least);
    const toPhoto = [template, ...frames.map((frame) => frame.template)].map((one) => similarityOf(photo, one));
    template.fill(0);
    if (!differs) return undefined;
    return resembles(toPhoto, limitsOf(this.#set)) ? 'face.changed' : 'face.no-match';
  }

  #forgetFrames(): void {
    this.#kept.clear();
    this.#passive = [];
    this.#capture = startCapture();
  }
}

/** Parts of the capture whose frames will hardly be replaced any more: those that are over, and the last one. */
function over({ phase, passed }: CaptureState, { steps }: CapturePlan): number {
  return phase === 'returning' && passed === steps.length ? passed + 1 : passed;
}

/** Why a frame is no picture; undefined when it is not the frame's fault. */
function unreadable(error: unknown): FaceReason | undefined {
  const code = codeOf(error, 'face.engine-failed');
  return code === 'face.image-too-large' || code === 'face.image-unreadable' || code === 'face.no-face'
    ? code
    : undefined;
}
