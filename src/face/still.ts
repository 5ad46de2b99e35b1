import type { FaceEngine } from '../contracts/face-engine.js';
import type { FaceReason } from '../contracts/face-verifier.js';
import { KioskError } from '../errors.js';
import { deblock } from './deblock.js';
import { decode, type Picture } from './decode.js';
import type { Face } from './detect.js';
import { embedStill, type Template } from './embed.js';
import type { Box, Point } from './geometry.js';
import { fivePoints, type FivePoints, landmarks } from './landmarks.js';
import { mainFace } from './main-face.js';
import { misfit } from './misfit.js';
import { erase, type Raster } from './pixels.js';
import { stillFlaw } from './quality.js';
import { reduce } from './reduce.js';
import { search } from './search.js';
import { containsCentre, subjectOf } from './subject.js';

/** Which face of a still picture counts, and when it is none. */
export interface StillPolicy {
  choose(faces: readonly Face[], picture: Picture): { readonly face: Face } | { readonly reason: FaceReason };
  /** Only such a face is chosen where there is one; left out: any. */
  sought?(face: Face, picture: Picture): boolean;
  /** Why the chosen face cannot be compared. */
  flaw(five: FivePoints, face: Face): FaceReason | undefined;
  /** More than this, and the points of a face are not believed ({@link misfit}); left out: they always are. */
  readonly mostMisfit?: number;
  /** The detector's least score where nothing better was found; left out: its usual one. */
  readonly lastResort?: number;
}

/** A document's photograph, a file of which nobody knows what it shows: exactly one person, and a face that can be compared. */
export const ONE_PERSON: StillPolicy = { choose: mainFace, flaw: stillFlaw, mostMisfit: 8 };

/** A picture of a labelled set: somebody vouches that it is of one person, so that nothing but a missing face is a failure. */
export const LABELLED: StillPolicy = {
  choose: (faces, picture) => {
    const face = subjectOf(faces, picture);
    return face ? { face } : { reason: 'face.no-face' };
  },
  flaw: () => undefined,
  lastResort: 0.3,
};

/** A picture of LFW: it is about the face that contains its central pixel, however large others are (Huang et al. 2008). */
export const CENTRED: StillPolicy = { ...LABELLED, sought: containsCentre };

/** A face lower than this has been compressed so much that its blocks are as large as an eye. Pixels. */
const SMALL_FACE = 96;

/** The face a policy chooses. @throws the reasons of {@link stillTemplate} that are about finding it */
export async function chosenFace(engine: FaceEngine, picture: Picture, policy: StillPolicy): Promise<Face> {
  const sought = (face: Face): boolean => policy.sought?.(face, picture) ?? true;
  const chosen = policy.choose(await search(engine, picture, policy.lastResort, sought), picture);
  if ('reason' in chosen) throw new KioskError(chosen.reason);
  return chosen.face;
}

/**
 * Template of the one face in a still picture: a document's photograph, a file.
 * @throws `face.image-unreadable`, `face.image-too-large`, `face.no-face`, `face.several-faces`, `face.too-far`
 *   (too few pixels), `face.turned-away`, `face.engine-failed`
 */
export async function stillTemplate(engine: FaceEngine, bytes: Uint8Array, policy = ONE_PERSON): Promise<Template> {
  const picture = await decode(bytes);
  try {
    const face = await chosenFace(engine, picture, policy);
    const points = await landmarks(engine, picture, face);
    const five = fivePoints(points);
    const reason = policy.flaw(five, face);
    if (reason) throw new KioskError(reason);
    const { mostMisfit = Infinity } = policy;
    if (mostMisfit < Infinity && (await misfit(engine, picture, five)) > mostMisfit) {
      throw new KioskError('face.turned-away', 'not upright');
    }
    if (face.height >= SMALL_FACE) return await embedStill(engine, [picture], five);
    return await embedSmall(engine, picture, face, points);
  } finally {
    erase(picture);
  }
}

/** As it is and restored; what lies farther from the face than it is large is in no view, and would only take time. */
async function embedSmall(engine: FaceEngine, picture: Raster, face: Box, points: readonly Point[]): Promise<Template> {
  const { raster, x, y } = reduce(picture, around(face), 1);
  if (raster.data.length === 0) throw new KioskError('face.no-face', 'seen beside the picture');
  const versions = [raster];
  try {
    versions.push(await deblock(raster));
    return await embedStill(engine, versions, fivePoints(points.map((at) => ({ x: at.x - x, y: at.y - y }))));
  } finally {
    erase(...versions);
  }
}

function around({ x, y, width, height }: Box): Box {
  return { x: x - width, y: y - height, width: 3 * width, height: 3 * height };
}
