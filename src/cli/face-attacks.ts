import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { attack } from '../../drivers/emulator/attacks/attack.js';
import { SPECIES, type Species } from '../../drivers/emulator/attacks/species.js';
import { Live } from '../../drivers/emulator/camera/live.js';
import { type Performer, still } from '../../drivers/emulator/camera/performer.js';
import { Sitter } from '../../drivers/emulator/camera/sitter.js';
import { idPhoto } from '../../drivers/emulator/id-photo.js';
import { seededRandom } from '../lib/random.js';
import type { FaceEngine } from '../contracts/face-engine.js';
import { codeOf, type ErrorCode, KioskError } from '../errors.js';
import { type Interval, wilson } from '../face/bench/interval.js';
import { drawChallenge } from '../face/challenge.js';
import { similarityOf } from '../face/compare.js';
import type { Template } from '../face/embed.js';
import { createFaceFinder } from '../face/finder.js';
import type { ModelSet } from '../face/manifest.js';
import { FaceSession } from '../face/session.js';
import { stillTemplate } from '../face/still.js';
import { limitsOf } from '../face/verdict.js';

/** What is presented: somebody live, an attack of a species, or a picture of a real attack, held still. */
export type Presentation = 'bona-fide' | Species | 'real-picture';

/** Error rate of one kind of presentation (ISO/IEC 30107-3): of attacks APCER, of live people BPCER. */
export interface AttackRate {
  readonly presentation: Presentation;
  readonly tries: number;
  /** Attacks accepted, or live people refused. */
  readonly errors: number;
  /** Share, and its 95 % interval. */
  readonly rate: number;
  readonly interval: Interval;
  /** How the tries ended. */
  readonly reasons: Readonly<Record<string, number>>;
}

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
  readonly onResult?: (presentation: Presentation, still: string, result: Result) => void;
}

export type Result = 'match' | ErrorCode;

const PICTURES: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp']);
/** Time between two pictures of the camera that is played, and the time limits of a hurried kiosk. Milliseconds. */
const FRAME_MS = 1_000 / 10;
const STEP_MS = 3_000;
const CAPTURE_MS = 12_000;

/**
 * Plays attacks made of stills, and the people on them as if they were there, to the same capture and decision as a
 * customer's, with a challenge drawn for each try. Time is counted in pictures: no try depends on the speed of the machine.
 * The live people are animated by the same virtual camera as the demo's customers: their error rate says that the parts
 * work together, not how real people fare; and synthetic attacks are no certification.
 * @throws `bench.images-missing`, `face.engine-failed`
 */
export async function benchAttacks(options: AttackOptions): Promise<readonly AttackRate[]> {
  const { engine, dir, real, rounds = 1, seed = 1, onResult = () => undefined } = options;
  const random = seededRandom(seed);
  const results = new Map<Presentation, Result[]>();
  const note = (presentation: Presentation, name: string, result: Result): void => {
    results.set(presentation, [...(results.get(presentation) ?? []), result]);
    onResult(presentation, name, result);
  };
  const earlier: { readonly photo: Buffer; readonly template: Template }[] = [];
  for (const name of await picturesIn(dir)) {
    const photo = await readFile(join(dir, name));
    const template = await templateOf(engine, photo);
    if (!template) continue;
    // Somebody else than the holder, as far as the comparison itself can tell.
    const { each } = limitsOf(options.set);
    const helper = earlier.findLast((other) => similarityOf(other.template, template) < each)?.photo;
    earlier.push({ photo, template });
    const sitter = await Sitter.of(photo, engine);
    const roles: readonly (readonly [Presentation, () => Performer])[] = [
      ['bona-fide', () => new Live(sitter, random)],
      ...(await Promise.all(
        SPECIES.filter((species) => species !== 'second-person' || helper).map(async (species) => {
          const faces = species === 'second-person' && helper ? [helper, photo] : [photo];
          return [species, await attack(species, faces, engine, random)] as const;
        }),
      )),
    ];
    for (const [presentation, role] of roles) {
      if (options.only && !options.only.includes(presentation)) continue;
      for (let round = 0; round < rounds; round += 1) {
        note(presentation, name, await present(options, photo, role(), random));
      }
    }
  }
  if (results.size === 0) throw new KioskError('bench.images-missing', `${dir} shows no single person`);
  for (const name of real === undefined ? [] : await picturesIn(real)) {
    const picture = await readFile(join(real ?? '', name));
    note('real-picture', name, await present(options, picture, still([picture]), random));
  }
  return [...results].map(([presentation, all]) => rateOf(presentation, all));
}

/** One try: a fresh challenge, the presentation in front of the camera, the decision. */
async function present(
  { engine, set }: AttackOptions,
  photo: Uint8Array,
  performer: Performer,
  random: () => number,
): Promise<Result> {
  const session = new FaceSession(engine, set);
  try {
    await session.enrol(new Uint8Array(await idPhoto(photo, createFaceFinder(engine))));
    session.begin({ steps: drawChallenge((below) => Math.floor(random() * below)), stepMs: STEP_MS });
    let missing: Result = 'face.no-face';
    for (let at = 0; at <= CAPTURE_MS; at += FRAME_MS) {
      const outcome = await session.frame(new Uint8Array(await performer.next()), at);
      if (!outcome.readable) return outcome.reason;
      if (outcome.failed) return outcome.failed;
      missing = outcome.missing;
      performer.asked(outcome.progress.guidance);
      if (!outcome.done) continue;
      const verdict = await session.verify();
      return verdict.decision === 'match' ? 'match' : verdict.reason;
    }
    return missing;
  } catch (error) {
    if (!(error instanceof KioskError) || error.code === 'face.engine-failed') throw error;
    return codeOf(error);
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

/** Of a picture with several people, or none, no attack can be made: it has no template. */
async function templateOf(engine: FaceEngine, photo: Uint8Array): Promise<Template | undefined> {
  try {
    return await stillTemplate(engine, photo);
  } catch (error) {
    if (error instanceof KioskError && error.code !== 'face.engine-failed') return undefined;
    throw error;
  }
}

function rateOf(presentation: Presentation, results: readonly Result[]): AttackRate {
  const reasons: Record<string, number> = {};
  for (const result of results) reasons[result] = (reasons[result] ?? 0) + 1;
  const matches = reasons['match'] ?? 0;
  const tries = results.length;
  const errors = presentation === 'bona-fide' ? tries - matches : matches;
  return { presentation, tries, errors, rate: errors / tries, interval: wilson(errors, tries), reasons };
}
