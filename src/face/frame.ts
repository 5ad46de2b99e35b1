import type { FaceEngine } from '../contracts/face-engine.js';
import { align } from './align.js';
import type { FrameReport } from './capture.js';
import { decode, FRAME } from './decode.js';
import { detect } from './detect.js';
import { eyesOpen } from './eyes.js';
import { fivePoints } from './landmarks.js';
import { lightOf } from './light.js';
import { mainFace } from './main-face.js';
import { lengthsOf, scoresOf, unified } from './ofiq.js';
import { passiveLiveness } from './passive.js';
import { erase, release, type Planes } from './pixels.js';
import { headPose } from './pose.js';
import { flaw, GATE } from './quality.js';
import { steadyLandmarks } from './steady.js';
import { shapeOf } from './view.js';

/** A frame looked at; of its pixels only a good face is left, aligned, for the caller to erase. */
export interface AnalysedFrame {
  readonly report: FrameReport;
  readonly aligned?: Planes;
  /** How live the face looks, 0…1: only of a good face, when it was asked for and the set has the network. */
  readonly passive?: number;
}

/**
 * Looks at one frame of the camera, as far as it is worth it: a face too small is not measured, one with a flaw not judged.
 * @param at monotonic milliseconds of the frame
 * @param passive whether a good face is also judged by the network for liveness
 * @throws `face.image-unreadable`, `face.image-too-large`, `face.engine-failed`
 */
export async function analyse(
  engine: FaceEngine,
  jpeg: Uint8Array,
  at: number,
  { passive = false } = {},
): Promise<AnalysedFrame> {
  const picture = await decode(jpeg, FRAME);
  try {
    const main = mainFace(await detect(engine, picture));
    if ('reason' in main) return { report: { at, flaw: main.reason } };
    const { x, y, width, height } = main.face;
    const box = { x, y, width, height };
    const points = await steadyLandmarks(engine, picture, box);
    const where = {
      share: height / picture.height,
      dx: (x + width / 2) / picture.width - 0.5,
      dy: (y + height / 2) / picture.height - 0.5,
    };
    if (lengthsOf(points).eyeDistance < GATE.eyeDistance)
      return { report: { at, box, flaw: 'face.too-far', score: 0, hints: { ...where, luma: 0 } } };

    const five = fivePoints(points);
    const pose = await headPose(engine, picture, box);
    const eyes = await eyesOpen(engine, picture, points);
    const open = (eyes.right + eyes.left) / 2;
    const aligned = align(picture, five);
    const light = lightOf(aligned);
    const measures = { points, pose, picture: { width: picture.width, height: picture.height }, light };
    const reason = flaw(five, box, measures, Math.max(eyes.right, eyes.left));
    const report = {
      at,
      box,
      score: unified(scoresOf(measures)),
      view: { box, pose, eyesOpen: open, shape: shapeOf(points) },
      hints: { ...where, luma: 255 * light.mean },
    };
    if (reason) {
      release(aligned);
      return { report: { ...report, flaw: reason } };
    }
    const live = passive ? await passiveLiveness(engine, picture, box) : undefined;
    return { report, aligned, ...(live !== undefined && { passive: live }) };
  } finally {
    erase(picture);
  }
}
