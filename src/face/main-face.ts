import type { FaceReason } from '../contracts/face-verifier.js';
import type { Face } from './detect.js';

/**
 * Who counts as a second person: a face at least 40 % as high as the main one and surely a face. People who pass far
 * behind the customer, posters and the pictures a detector sees in patterns must not stop a sale; somebody who looks
 * over the customer's shoulder must.
 */
const BYSTANDER = { height: 0.4, score: 0.8 } as const;

/** The one face a picture is about, or why there is none. */
export function mainFace(faces: readonly Face[]): { readonly face: Face } | { readonly reason: FaceReason } {
  const [face, ...others] = [...faces].sort((a, b) => b.height * b.score - a.height * a.score);
  if (!face) return { reason: 'face.no-face' };
  const second = others.some(
    ({ height, score }) => height >= BYSTANDER.height * face.height && score >= BYSTANDER.score,
  );
  return second ? { reason: 'face.several-faces' } : { face };
}
