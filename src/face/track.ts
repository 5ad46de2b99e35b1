import { type Box, iou } from './geometry.js';

/** Where the face was at a time (monotonic milliseconds). */
export interface Sighting {
  readonly at: number;
  readonly box: Box;
}

/**
 * The face of two sightings is taken for the same one when it cannot have been exchanged between them. Nobody moves so
 * far within `jumpMs` that the boxes overlap less than `iou`; in more time, in which no frame was seen, anybody may.
 */
const TRACK = { gapMs: 1000, jumpMs: 500, iou: 0.2 } as const;

/**
 * What speaks against one face having moved from `last` to `next`: it was away for long, or is at once somewhere else.
 * Embeddings compared at the end check the same more strictly. @param awaySince the first frame without it
 */
export function broken(last: Sighting, next: Sighting, awaySince: number | undefined): 'gap' | 'jump' | undefined {
  if (awaySince !== undefined && next.at - awaySince > TRACK.gapMs) return 'gap';
  const wasWatched = awaySince !== undefined || next.at - last.at <= TRACK.jumpMs;
  return wasWatched && iou(last.box, next.box) < TRACK.iou ? 'jump' : undefined;
}
