/**
 * Kinds of presentation attack that are played (ISO/IEC 30107-3: species): a print held still, moved and brought nearer, tilted,
 * bent round a head and turned; a replay of somebody on a screen; a print with holes for the eyes of whoever holds it; and
 * somebody who does what is asked for, before a print of the holder takes their place.
 */
export const SPECIES = [
  'photo-still',
  'photo-moved',
  'photo-tilted',
  'photo-bent',
  'screen-replay',
  'cut-eyes',
  'second-person',
] as const;
export type Species = (typeof SPECIES)[number];
