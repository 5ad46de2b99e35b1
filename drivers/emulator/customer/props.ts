import type { FaceEngine } from '../../../src/contracts/face-engine.js';
import { KioskError } from '../../../src/errors.js';
import { createFaceFinder } from '../../../src/face/finder.js';
import { attack } from '../attacks/attack.js';
import { Live } from '../camera/live.js';
import { type Performer, still } from '../camera/performer.js';
import { Sitter } from '../camera/sitter.js';
import type { Visitor } from '../cast.js';
import { encodeCardText } from '../id-reader/card-text-writer.js';
import { encodeZone } from '../id-reader/mrz-writer.js';
import { dataPage } from '../data-page.js';
import { idPhoto } from '../id-photo.js';

/** What a customer brings: a document, and somebody in front of the camera for every try. */
export interface Props {
  readonly card?: { readonly text: Uint8Array; readonly photo: Uint8Array };
  /** A data page: its machine-readable zone, and what a camera sees of it. */
  readonly page?: { readonly zone: readonly string[]; readonly picture: Uint8Array };
  /** Called at the beginning of every try, 1 and on; nobody when there is no face. */
  readonly perform: (attempt: number) => Performer | undefined;
}

/** More tries than these show the faces from the first again. */
const MOST_TRIES = 3;

type Role = () => Performer;

export async function prepare(visitor: Visitor, engine: FaceEngine, random: () => number): Promise<Props> {
  const roles = await rolesOf(visitor, engine, random);
  const perform = (attempt: number): Performer | undefined => roles[(attempt - 1) % roles.length]?.();
  const { document, passport } = visitor;
  const finder = createFaceFinder(engine);
  if (passport) {
    const picture = await dataPage(passport.photo, finder);
    return { perform, page: { zone: encodeZone(passport.fields), picture } };
  }
  if (!document) return { perform };
  const photo = document.photo.length > 0 ? await idPhoto(document.photo, finder) : document.photo;
  return { perform, card: { text: encodeCardText(document.fields), photo } };
}

async function rolesOf(visitor: Visitor, engine: FaceEngine, random: () => number): Promise<readonly Role[]> {
  const { clip, faces } = visitor;
  if (clip) return [() => still(clip)];
  if (visitor.attack) {
    const attacker = await attack(visitor.attack, faces, engine, random);
    return [attacker];
  }
  return Promise.all(faces.slice(0, MOST_TRIES).map((face) => roleOf(face, engine, random)));
}

/** A file that cannot be decoded is delivered as it is: a camera may be that broken. */
async function roleOf(photo: Uint8Array, engine: FaceEngine, random: () => number): Promise<Role> {
  try {
    const sitter = await Sitter.of(photo, engine);
    return () => new Live(sitter, random);
  } catch (error) {
    if (!(error instanceof KioskError)) throw error;
    return () => still([photo]);
  }
}
