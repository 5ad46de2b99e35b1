import tap, { test } from 'tap';
import { attack } from '../../drivers/emulator/attacks/attack.js';
import { print, PrintHolder } from '../../drivers/emulator/attacks/print.js';
import { Live } from '../../drivers/emulator/camera/live.js';
import { type Performer, still } from '../../drivers/emulator/camera/performer.js';
import { Sitter } from '../../drivers/emulator/camera/sitter.js';
import { seededRandom } from '../../src/lib/random.js';
import { createOnnxEngine } from '../../drivers/face-engine/onnx.js';
import { CHALLENGE_STEPS, type ChallengeStep } from '../../src/contracts/face-verifier.js';
import { createFaceFinder } from '../../src/face/finder.js';
import { readModelSet } from '../../src/face/manifest.js';
import { FaceSession } from '../../src/face/session.js';
import { modelsDir } from '../../src/lib/paths.js';
import { castPhotos, idPhoto } from './pictures.js';

const set = readModelSet(modelsDir);
const engine = await createOnnxEngine({ set });
tap.teardown(() => engine.close());
const [one, , , holder, other, printed] = await castPhotos();
if (!one || !holder || !other || !printed) throw new Error('the set-up put no photographs into models/cast');
const finder = createFaceFinder(engine);
const document = await idPhoto(finder, holder);
const random = seededRandom(3);

const TURN_AND_NOD: readonly ChallengeStep[] = ['turn-left', 'nod'];

async function enrolled(photo = document): Promise<FaceSession> {
  const session = new FaceSession(engine, set);
  await session.enrol(new Uint8Array(photo));
  return session;
}

/** One try, a picture every so many milliseconds, to its end. */
async function tried(session: FaceSession, performer: Performer, steps = TURN_AND_NOD, everyMs = 100): Promise<string> {
  session.begin({ steps, stepMs: 20 * everyMs });
  for (let at = 0; at < 100 * everyMs; at += everyMs) {
    const outcome = await session.frame(new Uint8Array(await performer.next()), at);
    if (!outcome.readable) return outcome.reason;
    if (outcome.failed) return outcome.failed;
    performer.asked(outcome.progress.guidance);
    if (!outcome.done) continue;
    const verdict = await session.verify();
    return verdict.decision === 'match' ? 'match' : verdict.reason;
  }
  return 'no end';
}

const live = async (photo: Uint8Array): Promise<Live> => new Live(await Sitter.of(photo, engine), random);

test('the holder in person is a match', async (t) => {
  t.equal(await tried(await enrolled(), await live(holder)), 'match');
});

test('a helper who does the challenge for a photograph of the holder is noticed', async (t) => {
  const swap = await attack('second-person', [one, holder], engine, random);
  t.equal(await tried(await enrolled(), swap()), 'face.changed');
  t.equal(await tried(await enrolled(), swap(), TURN_AND_NOD, 600), 'face.changed', 'however seldom a machine looks');
});

/** Somebody behind a print of the holder, which they take away for as long as something is asked for. */
async function behindPrint(face: Uint8Array, photo: Uint8Array): Promise<Performer> {
  const own = await live(face);
  const held = new PrintHolder(await print(photo, engine), 'photo-still', random);
  const asks: ReadonlySet<string> = new Set(CHALLENGE_STEPS);
  let shown: Performer = held;
  return {
    asked(prompt) {
      own.asked(prompt);
      shown = asks.has(prompt) ? own : held;
    },
    next: () => shown.next(),
  };
}

test('somebody who takes a print of the holder away only to do what is asked for is noticed', async (t) => {
  const photo = await idPhoto(finder, printed);
  for (const steps of [TURN_AND_NOD, ['nod', 'turn-right'], ['turn-left', 'turn-right']] as const)
    t.equal(await tried(await enrolled(photo), await behindPrint(other, printed), steps), 'face.changed', steps.join());
});

test('a photograph that is tilted instead of turned is called what it is', async (t) => {
  for (const species of ['photo-tilted', 'photo-bent'] as const) {
    const paper = await attack(species, [holder], engine, random);
    t.equal(await tried(await enrolled(), paper(), ['turn-left', 'turn-right']), 'face.not-live', species);
  }
});

test('who was found to be somebody else stays that, whatever happens in a later try', async (t) => {
  const session = await enrolled();
  t.equal(await tried(session, await live(other)), 'face.no-match');
  const picture = await (await live(other)).next();
  t.equal(await tried(session, still([picture])), 'face.no-match', 'this time nothing was done');
  session.wipe();
  await session.enrol(new Uint8Array(document));
  t.not(await tried(session, still([picture])), 'face.no-match', 'the next visit knows nothing of it');
});
