import type { Template } from './embed.js';
import { release, type Planes } from './pixels.js';

/** A frame that takes part in the decision. */
export interface KeptFrame {
  /** How good it is, 0…100. */
  readonly score: number;
  readonly template: Template;
}

interface Kept {
  readonly score: number;
  readonly aligned?: Planes;
  readonly template?: Template;
}

/** Of each part of a capture so many frames are compared. */
const BEST = 2;

/** The best frames of each part of a capture, and only those: what is not among them any more is overwritten. */
export class KeptFrames {
  readonly #parts = new Map<number, Kept[]>();

  /** Takes the pixels over. @param part of the capture: so many steps of the challenge were done */
  add(part: number, score: number, aligned: Planes): void {
    const kept = [...(this.#parts.get(part) ?? []), { score, aligned }].sort((a, b) => b.score - a.score);
    for (const dropped of kept.splice(BEST)) forget(dropped);
    this.#parts.set(part, kept);
  }

  /**
   * Replaces pixels by their template: of one frame of a part that is over, so that the work is spread over the capture.
   * @param current the part that is not over
   */
  async digest(current: number, embed: (aligned: Planes) => Promise<Template>): Promise<void> {
    for (const [part, frames] of this.#parts) {
      const at = part < current ? frames.findIndex(({ aligned }) => aligned !== undefined) : -1;
      const frame = frames[at];
      if (!frame?.aligned) continue;
      frames[at] = { score: frame.score, template: await embed(frame.aligned) };
      release(frame.aligned);
      return;
    }
  }

  /** All kept frames as templates; they stay the property of this. */
  async templates(embed: (aligned: Planes) => Promise<Template>): Promise<readonly KeptFrame[]> {
    const all: KeptFrame[] = [];
    for (const frames of this.#parts.values()) {
      for (const [at, frame] of frames.entries()) {
        const template = frame.template ?? (frame.aligned && (await embed(frame.aligned)));
        if (!template) continue;
        if (frame.aligned) release(frame.aligned);
        frames[at] = { score: frame.score, template };
        all.push({ score: frame.score, template });
      }
    }
    return all;
  }

  /** Overwrites everything. */
  clear(): void {
    for (const frames of this.#parts.values()) frames.forEach(forget);
    this.#parts.clear();
  }
}

function forget({ aligned, template }: Kept): void {
  if (aligned) release(aligned);
  template?.fill(0);
}
