import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { attack } from '../../drivers/emulator/attacks/attack.js';
import { SPECIES } from '../../drivers/emulator/attacks/species.js';
import { Live } from '../../drivers/emulator/camera/live.js';
import { type Performer, still } from '../../drivers/emulator/camera/performer.js';
import { Sitter } from '../../drivers/emulator/camera/sitter.js';
import { idPhoto } from '../../drivers/emulator/id-photo.js';
import { seededRandom } from '../lib/random.js';
import { readPicture } from '../lib/read-picture.js';
import type { FaceEngine } from '../contracts/face-engine.js';
import { type ErrorCode, KioskError } from '../errors.js';
import { drawChallenge } from '../face/challenge.js';
import { similarityOf } from '../face/compare.js';
import type { Template } from '../face/embed.js';
import { createFaceFinder } from '../face/finder.js';
import { MACHINE_ERRORS } from '../face/machine-errors.js';
import type { ModelSet } from '../face/manifest.js';
import { FaceSession } from '../face/session.js';
import { stillTemplate } from '../face/still.js';
import { limitsOf } from '../face/verdict.js';
import { type AttackRate, type Outcome, type Presentation, rateOf, type Result } from './attack-rates.js';

export interface AttackOptions {
  readonly engine: FaceEngine;
  readonly set: ModelSet;
  /** Folder of stills, each of one person. */
  readonly dir: string;
  /** Folder of pictures of real attacks, if there is one. */
  readonly real?: string;
  /** Tries of each presentation with each still. */
  readonly rounds?: number;
  /** Only these presentations; all when left out. */
  readonly only?: readonly Presentation[];
  readonly seed?: number;
  readonly onOutcome?: (presentation: Presentation, still: string, outcome: Outcome) => void;
}

/** A still of which attacks are made, and whose person is played as if they were there. */
interface Usable {
  readonly photo: Buffer;
  readonly template: Template;
  readonly sitter: Sitter;
}

const PICTURES: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp']);
/** Time between two pictures of the camera that is played, and the time limits of a hurried kiosk. Milliseconds. */
const FRAME_MS = 1_000 / 10;
const STEP_MS = 3_000;
const CAPTURE_MS = 12_000;

/**
 * Plays attacks made of stills, and the people on them as if they were there, to the same capture and decision as a
 * customer's, with a challenge drawn for each try. Time is counted in pictures: no try depends on the speed of the machine.
 * The live people are animated by the same virtual camera as the demo's customers: their error rate says that the parts
 * work together, not how real people fare; and synthetic attacks are no certification. Of a still that cannot be enrolled or
 * animated nothing is played: each of its presentations is without response.
 * @throws `bench.images-missing`, `face.engine-failed`, `face.model-…`
 */
export async function benchAttacks(options: AttackOptions): Promise<readonly AttackRate[]> {
  const { engine, dir, real, rounds = 1, seed = 1, onOutcome = () => undefined } = options;
  const random = seededRandom(seed);
  const outcomes = new Map<Presentation, Outcome[]>();
  const note = (presentation: Presentation, name: string, outcome: Outcome): void => {
    outcomes.set(presentation, [...(outcomes.get(presentation) ?? []), outcome]);
    onOutcome(presentation, name, outcome);
  };
  const earlier: Usable[] = [];
  for (const name of await picturesIn(dir)) {
    const shown = await usable(engine, join(dir, name));
    const roles = 'noResponse' in shown ? undefined : await rolesOf(shown, earlier, options, random);
    for (const presentation of ['bona-fide', ...SPECIES] as const) {
      if (options.only && !options.only.includes(presentation)) continue;
      const role = roles?.get(presentation);
      for (let round = 0; round < rounds; round += 1) {
        if ('noResponse' in shown) {
          // Nobody can say whether there would have been a helper.
          if (presentation !== 'second-person') note(presentation, name, shown);
        } else if (role) {
          note(presentation, name, await present(options, shown.photo, role(), random));
        }
      }
    }
    if (!('noResponse' in shown)) earlier.push(shown);
  }
  if (earlier.length === 0) throw new KioskError('bench.images-missing', `${dir} shows no single person`);
  for (const name of real === undefined ? [] : await picturesIn(real)) {
    const picture = await readPicture(join(real ?? '', name)).catch(ofThePicture);
    const shown =
      typeof picture === 'string' ? { noResponse: picture } : present(options, picture, still([picture]), random);
    note('real-picture', name, await shown);
  }
  return [...outcomes].map(([presentation, all]) => rateOf(presentation, all));
}

/** Who or what is presented with a still; each call is another try. */
async function rolesOf(
  { photo, template, sitter }: Usable,
  earlier: readonly Usable[],
  { engine, set }: AttackOptions,
  random: () => number,
): Promise<ReadonlyMap<Presentation, () => Performer>> {
  // Somebody else than the holder, as far as the comparison itself can tell.
  const { each } = limitsOf(set);
  const helper = earlier.findLast((other) => similarityOf(other.template, template) < each)?.photo;
  const roles = new Map<Presentation, () => Performer>([['bona-fide', () => new Live(sitter, random)]]);
  for (const species of SPECIES) {
    if (species !== 'second-person') roles.set(species, await attack(species, [photo], engine, random));
    else if (helper) roles.set(species, await attack(species, [helper, photo], engine, random));
  }
  return roles;
}

/** One try: a fresh challenge, the presentation in front of the camera, the decision. */
async function present(
  { engine, set }: AttackOptions,
  photo: Uint8Array,
  performer: Performer,
  random: () => number,
): Promise<Outcome> {
  const session = new FaceSession(engine, set);
  try {
    await session.enrol(await documentOf(engine, photo));
    session.begin({ steps: drawChallenge((below) => Math.floor(random() * below)), stepMs: STEP_MS });
    let missing: Result = 'face.no-face';
    for (let at = 0; at <= CAPTURE_MS; at += FRAME_MS) {
      const outcome = await session.frame(new Uint8Array(await performer.next()), at);
      if (!outcome.readable) return { noResponse: outcome.reason };
      if (outcome.failed) return { result: outcome.failed };
      missing = outcome.missing;
      performer.asked(outcome.progress.guidance);
      if (!outcome.done) continue;
      const verdict = await session.verify();
      return { result: verdict.decision === 'match' ? 'match' : verdict.reason };
    }
    return { result: missing };
  } catch (error) {
    return { noResponse: ofThePicture(error) };
  } finally {
    session.wipe();
  }
}

async function picturesIn(dir: string): Promise<readonly string[]> {
  const names = await readdir(dir).catch((cause: unknown) => {
    throw new KioskError('bench.images-missing', dir, { cause });
  });
  return names.filter((name) => PICTURES.has(extname(name).toLowerCase())).sort();
}

/** A still that shows one person who can be enrolled and animated; or why it is of no use. */
async function usable(engine: FaceEngine, file: string): Promise<Usable | { readonly noResponse: ErrorCode }> {
  try {
    const photo = await readPicture(file);
    const template = await stillTemplate(engine, photo);
    await stillTemplate(engine, await documentOf(engine, photo));
    const sitter = await Sitter.of(photo, engine);
    if (sitter.faces === 1) return { photo, template, sitter };
    return { noResponse: sitter.faces === 0 ? 'face.no-face' : 'face.several-faces' };
  } catch (error) {
    return { noResponse: ofThePicture(error) };
  }
}

/** The photograph on the document of whoever is seen in a picture. */
async function documentOf(engine: FaceEngine, photo: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await idPhoto(photo, createFaceFinder(engine)));
}

/** Why a picture is of no use. @throws the error when it is not about the picture */
function ofThePicture(error: unknown): ErrorCode {
  if (error instanceof KioskError && !MACHINE_ERRORS.has(error.code)) return error.code;
  throw error;
}
