import type { FaceEngine } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import { decode } from './decode.js';
import { detect } from './detect.js';
import { embedStill, type Template } from './embed.js';
import { fivePoints, landmarks } from './landmarks.js';
import { mainFace } from './main-face.js';
import { erase } from './pixels.js';
import { stillFlaw } from './quality.js';

/**
 * Template of the one face in a still picture: a document's photograph, a file.
 * @throws `face.image-unreadable`, `face.image-too-large`, `face.no-face`, `face.several-faces`, `face.too-far`
 *   (too few pixels), `face.turned-away`, `face.engine-failed`
 */
export async function stillTemplate(engine: FaceEngine, bytes: Uint8Array): Promise<Template> {
  const picture = await decode(bytes);
  try {
    const main = mainFace(await detect(engine, picture));
    if ('reason' in main) throw new KioskError(main.reason);
    const five = fivePoints(await landmarks(engine, picture, main.face));
    const reason = stillFlaw(five, main.face);
    if (reason) throw new KioskError(reason);
    return await embedStill(engine, picture, five);
  } finally {
    erase(picture);
  }
}
