import { createFaceEngine } from '../../drivers/face-engine/create.js';
import { COMPARING, type FaceEngineName } from '../../src/contracts/face-engine.js';
import { align } from '../../src/face/align.js';
import { similarityOf } from '../../src/face/compare.js';
import { decode, FRAME } from '../../src/face/decode.js';
import { detect } from '../../src/face/detect.js';
import { embed, type Template } from '../../src/face/embed.js';
import { fivePoints, landmarks } from '../../src/face/landmarks.js';
import { readModelSet } from '../../src/face/manifest.js';
import { erase, release } from '../../src/face/pixels.js';
import { subjectOf } from '../../src/face/subject.js';
import { limitsOf } from '../../src/face/verdict.js';
import { returnFreedMemory, returnGaps, returnGarbage } from '../../src/lib/malloc.js';
import { modelsDir } from '../../src/lib/paths.js';
import type { Contender } from './face-contender.js';

/** After so many pictures, which is about a visit, the face worker gives memory back. */
const VISIT = 20;

/** simkiosk itself as a contender of `npm run bench:face`: one view of the face, as of a frame of the camera. */
export async function ours(name: FaceEngineName): Promise<Contender<Template>> {
  returnFreedMemory();
  const set = readModelSet(modelsDir);
  const { mean: threshold } = limitsOf(set);
  const engine = await createFaceEngine(name, { set, networks: COMPARING });
  returnGarbage();
  let pictures = 0;
  return {
    threshold,
    score: similarityOf,
    async describe(bytes) {
      const picture = await decode(bytes, FRAME);
      const face = subjectOf(await detect(engine, picture), picture);
      if (!face) return undefined;
      const aligned = align(picture, fivePoints(await landmarks(engine, picture, face)));
      const template = await embed(engine, aligned);
      erase(picture);
      release(aligned);
      pictures += 1;
      if (pictures % VISIT === 0) returnGaps();
      return template;
    },
  };
}
