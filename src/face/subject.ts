import type { Face } from './detect.js';
import type { Box } from './geometry.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The face that a picture of a labelled set is about. Such pictures are taken of one person, whoever else passes in the
 * background: the largest face counts, the less the farther it is from the centre, where LFW has its subject.
 */
export function subjectOf(faces: readonly Face[], { width, height }: Size): Face | undefined {
  const weight = (face: Face): number => {
    const away = Math.hypot(face.x + (face.width - width) / 2, face.y + (face.height - height) / 2);
    return face.height * face.score * (1 - away / Math.hypot(width, height));
  };
  return [...faces].sort((a, b) => weight(b) - weight(a))[0];
}

export function containsCentre(box: Box, { width, height }: Size): boolean {
  const [x, y] = [width / 2 - box.x, height / 2 - box.y];
  return x >= 0 && x <= box.width && y >= 0 && y <= box.height;
}
