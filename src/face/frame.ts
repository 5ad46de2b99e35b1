import type { FaceEngine } from '../contracts/face-engine.js';
import { align } from './align.js';
import type { FrameReport } from './capture.js';
import { decode, FRAME } from './decode.js';
import { detect } from './detect.js';
import { fivePoints, landmarks } from './landmarks.js';
import { mainFace } from './main-face.js';
import { erase, type Planes } from './pixels.js';
import { flaw, qualityOf, scoreOf } from './quality.js';

/** A frame looked at; of its pixels only a good face is left, aligned, for the caller to erase. */
export interface AnalysedFrame {
  readonly report: FrameReport;
  readonly aligned?: Planes;
}

/**
 * Looks at one frame of the camera.
 * @param at monotonic milliseconds of the frame
 * @throws `face.image-unreadable`, `face.image-too-large`, `face.engine-failed`
 */
export async function analyse(engine: FaceEngine, jpeg: Uint8Array, at: number): Promise<AnalysedFrame> {
  const picture = await decode(jpeg, FRAME);
  try {
    const main = mainFace(await detect(engine, picture));
    if ('reason' in main) return { report: { at, flaw: main.reason } };
    const { x, y, width, height } = main.face;
    const five = fivePoints(await landmarks(engine, picture, main.face));
    const aligned = align(picture, five);
    const quality = qualityOf(five, aligned);
    const reason = flaw(quality);
    const seen = { at, box: { x, y, width, height }, score: scoreOf(quality) };
    if (!reason) return { report: seen, aligned };
    erase(aligned);
    return { report: { ...seen, flaw: reason } };
  } finally {
    erase(picture);
  }
}
