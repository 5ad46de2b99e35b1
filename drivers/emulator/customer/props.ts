import type { FaceFinder } from '../../../src/face/finder.js';
import type { Visitor } from '../cast.js';
import { renderScene, type Scene } from '../camera/scene.js';
import { encodeCardText } from '../id-reader/card-text-writer.js';
import { encodeZone } from '../id-reader/mrz-writer.js';
import { dataPage } from '../data-page.js';
import { idPhoto } from '../id-photo.js';

/** What a customer brings: a document, and a face for every try. */
export interface Props {
  readonly card?: { readonly text: Uint8Array; readonly photo: Uint8Array };
  /** A data page: its machine-readable zone, and what a camera sees of it. */
  readonly page?: { readonly zone: readonly string[]; readonly picture: Uint8Array };
  readonly scenes: readonly Scene[];
}

/** More tries than these show the faces from the first again. */
const MOST_TRIES = 3;

export async function prepare(visitor: Visitor, finder: FaceFinder, random: () => number): Promise<Props> {
  const { document, passport, faces, clip } = visitor;
  const scenes: Scene[] = [];
  if (clip) scenes.push({ far: clip, approach: [], near: clip });
  else for (const face of faces.slice(0, MOST_TRIES)) scenes.push(await renderScene(face, finder, random));
  if (passport) {
    const picture = await dataPage(passport.photo, finder);
    return { scenes, page: { zone: encodeZone(passport.fields), picture } };
  }
  if (!document) return { scenes };
  const photo = document.photo.length > 0 ? await idPhoto(document.photo, finder) : document.photo;
  return { scenes, card: { text: encodeCardText(document.fields), photo } };
}
