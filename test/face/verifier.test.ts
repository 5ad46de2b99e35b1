import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import tap, { test } from 'tap';
import { Live } from '../../drivers/emulator/camera/live.js';
import { Sitter } from '../../drivers/emulator/camera/sitter.js';
import { seededRandom } from '../../src/lib/random.js';
import { createOnnxEngine } from '../../drivers/face-engine/onnx.js';
import type { Frame } from '../../src/contracts/camera.js';
import type { Clock } from '../../src/contracts/clock.js';
import type { FaceVerifier, Progress } from '../../src/contracts/face-verifier.js';
import { createFaceFinder } from '../../src/face/finder.js';
import { createFaceVerifier } from '../../src/face/verifier.js';
import { systemClock } from '../../src/lib/clock.js';

import { readModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';
import { Private } from '../../src/lib/private.js';
import { faultIs } from '../support/device-state.js';
import { modelFolder } from '../support/model-folder.js';
import { cameraFrame, castPhotos, idPhoto, jpeg } from './pictures.js';

const engine = await createOnnxEngine({ set: readModelSet(modelsDir) });
const finder = createFaceFinder(engine);
const [one, other] = await castPhotos();
if (!one || !other) throw new Error('the set-up put no photographs into models/cast');
const far = await cameraFrame(finder, [{ photo: one, height: 220 }]);
const sitter = await Sitter.of(one, engine);
const document = await idPhoto(finder, one);
const strangers = await idPhoto(finder, other);
const CHALLENGE = { steps: ['turn-left', 'come-closer'], stepMs: 60_000, deadlineMs: 9_999 } as const;

const fit = (device: FaceVerifier): Promise<void> => faultIs(device, undefined);

/** The real clock, but the deadline of a capture comes when the test says so. */
let deadline: () => void = () => undefined;
const clock: Clock = {
  ...systemClock,
  after(ms, callback) {
    if (ms !== CHALLENGE.deadlineMs) return systemClock.after(ms, callback);
    deadline = callback;
    return () => undefined;
  },
};

let verifier: FaceVerifier;
tap.before(async () => {
  verifier = createFaceVerifier({ modelsDir, clock });
  await fit(verifier);
});
tap.teardown(async () => {
  await verifier.close();
  await engine.close();
});

/** A camera that shows its pictures one after the other, each until it was taken, and the last one for ever. */
async function* camera(...pictures: readonly Uint8Array[]): AsyncGenerator<Frame> {
  for (let i = 0; ; i += 1) {
    const jpeg = new Uint8Array(pictures[Math.min(i, pictures.length - 1)] ?? []);
    yield { jpeg, at: performance.now() };
    while (jpeg[0] !== 0) await new Promise((resolve) => setImmediate(resolve)); // overwritten when taken
  }
}

/** A customer who does what is asked for, as the camera sees them: drawn when the last picture was taken. */
class Customer {
  readonly told: Progress[] = [];
  readonly frames: Frame[] = [];
  readonly #live = new Live(sitter, seededRandom(1));

  readonly hear = (progress: Progress): void => {
    this.told.push(progress);
    this.#live.asked(progress.guidance);
  };

  /** @param broken pictures that come first */
  async *camera(...broken: readonly Uint8Array[]): AsyncGenerator<Frame> {
    for (let i = 0; ; i += 1) {
      const jpeg = new Uint8Array(broken[i] ?? (await this.#live.next()));
      const frame = { jpeg, at: performance.now() };
      this.frames.push(frame);
      yield frame;
      while (jpeg[0] !== 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const photo = (bytes: Uint8Array): Private<Uint8Array> => new Private(new Uint8Array(bytes));
const signal = new AbortController().signal;

test('the holder who does what is asked for is matched with the photograph of the document', async (t) => {
  const customer = new Customer();
  await verifier.enrol(photo(document));
  const decidedMs = await verifier.capture(customer.camera(), { ...CHALLENGE, signal }, customer.hear);
  t.ok(decidedMs > 0, 'the work on the last frame is the machine’s own time');
  t.same(
    [...new Set(customer.told.map(({ challenge, guidance }) => challenge ?? guidance))],
    ['look-at-camera', 'turn-left', 'come-closer', 'done'],
  );
  t.same(await verifier.verify(), { decision: 'match' });
  await verifier.wipe();
});

test('the screen is told of every frame that was looked at, also while nothing changes', async (t) => {
  const told: Progress[] = [];
  const frames = 12;
  const capture = verifier.capture(camera(far), { ...CHALLENGE, signal }, (progress) => {
    told.push(progress);
    if (told.length === frames) deadline();
  });
  await t.rejects(capture, { code: 'face.challenge-failed' });
  t.equal(told.length, frames);
  t.ok(told.slice(2).every(({ guidance, parameters }) => guidance === 'turn-left' && 'msLeft' in parameters));
});

test('somebody else is refused', async (t) => {
  const customer = new Customer();
  await verifier.enrol(photo(strangers));
  await verifier.capture(customer.camera(), { ...CHALLENGE, signal }, customer.hear);
  t.same(await verifier.verify(), { decision: 'no-match', reason: 'face.no-match' });
  await verifier.wipe();
});

test('after the visit nothing is left to compare', async (t) => {
  await verifier.enrol(photo(document));
  await verifier.wipe();
  await t.rejects(verifier.verify(), { code: 'face.engine-failed', detail: /no photograph/ });
  await fit(verifier);
});

test('a capture that does not succeed says what was missing', async (t) => {
  const two = await cameraFrame(finder, [
    { photo: one, height: 240, x: 400 },
    { photo: other, height: 220, x: 900 },
  ]);
  const tiny = await cameraFrame(finder, [{ photo: one, height: 90 }]);
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['face.no-face', await jpeg(1280, 720)],
    ['face.several-faces', two],
    ['face.too-far', tiny],
    ['face.challenge-failed', far],
  ];
  for (const [code, picture] of cases) {
    const capture = verifier.capture(camera(picture), { ...CHALLENGE, signal }, () => deadline());
    await t.rejects(capture, { code }, code);
  }
});

test('frames that are no pictures are skipped; nothing else for long is the camera’s fault', async (t) => {
  const broken = far.subarray(0, far.length / 2);
  await verifier.enrol(photo(document));
  const customer = new Customer();
  await verifier.capture(customer.camera(broken, far, broken, broken), { ...CHALLENGE, signal }, customer.hear);
  t.same(await verifier.verify(), { decision: 'match' });
  await t.rejects(
    verifier.capture(camera(broken), { ...CHALLENGE, signal }, () => undefined),
    { code: 'face.image-unreadable' },
  );
});

test('frames are overwritten once they were looked at, and those that nobody looked at', async (t) => {
  const customer = new Customer();
  const overwritten = async (): Promise<boolean> => {
    await new Promise((resolve) => setImmediate(resolve));
    return customer.frames.every(({ jpeg: bytes }) => bytes.every((byte) => byte === 0));
  };
  await verifier.capture(customer.camera(), { ...CHALLENGE, signal }, customer.hear);
  t.ok(customer.frames.length >= 5);
  t.ok(await overwritten());
  await t.rejects(
    verifier.capture(customer.camera(), { ...CHALLENGE, signal }, () => deadline()),
    { code: 'face.challenge-failed' },
  );
  t.ok(await overwritten(), 'also the one that came when time was over');
});

test('an aborted capture ends with the reason of its signal', async (t) => {
  const abort = new AbortController();
  const capture = verifier.capture(camera(far), { ...CHALLENGE, signal: abort.signal }, () => {
    abort.abort(new Error('walked away'));
  });
  await t.rejects(capture, { message: 'walked away' });
  await t.rejects(
    verifier.capture(camera(far), { ...CHALLENGE, signal: abort.signal }, () => undefined),
    { message: 'walked away' },
  );
});

test('a photograph that is none, or shows nobody or several people, is the document’s fault', async (t) => {
  const couple = await cameraFrame(finder, [
    { photo: one, height: 240, x: 400 },
    { photo: other, height: 220, x: 900 },
  ]);
  await t.rejects(verifier.enrol(photo(Buffer.from('no picture'))), { code: 'document.photo-unreadable' });
  await t.rejects(verifier.enrol(photo(await jpeg(102, 126))), { code: 'document.photo-no-face' });
  await t.rejects(verifier.enrol(photo(couple)), { code: 'document.photo-no-face', detail: 'face.several-faces' });
});

for (const misbehaviour of ['crash', 'throw', 'hang', 'nan']) {
  test(`a worker that ends in “${misbehaviour}” fails its call, and the next customer is served`, async (t) => {
    const dir = t.testdir();
    await modelFolder(modelsDir, dir);
    const misbehave = (how: string, model = ''): Promise<void> => writeFile(join(dir, 'misbehave'), `${how} ${model}`);
    await misbehave(misbehaviour, 'feature');
    const workerUrl = new URL('./misbehaving-worker.js', import.meta.url);
    const broken = createFaceVerifier({ modelsDir: dir, workerUrl, answerMs: 2000, clock });
    t.teardown(() => broken.close());
    await fit(broken);
    await t.rejects(broken.enrol(photo(document)), { code: 'face.engine-failed' });
    t.equal(broken.fault(), 'face.engine-failed');
    await t.resolves(broken.wipe());
    await misbehave('');
    await t.resolves(broken.enrol(photo(document)), 'the call waits for the new worker');
    t.equal(broken.fault(), undefined);

    const capture = broken.capture(camera(far), { ...CHALLENGE, signal }, () => void misbehave(misbehaviour, 'pose'));
    await t.rejects(capture, { code: 'face.engine-failed' }, 'while a customer is looked at');
    await misbehave('');
    const customer = new Customer();
    await broken.enrol(photo(document));
    await broken.capture(customer.camera(), { ...CHALLENGE, signal }, customer.hear);
    t.same(await broken.verify(), { decision: 'match' }, 'the next one is served');
  });
}

test('a worker that is ended in the middle of a network takes nothing else with it', async (t) => {
  const hasty = createFaceVerifier({ modelsDir, answerMs: 1 });
  t.teardown(() => hasty.close());
  for (let time = 0; time < 4; time += 1) {
    await fit(hasty);
    await t.rejects(hasty.enrol(photo(document)), { code: 'face.engine-failed' });
  }
  const starting = createFaceVerifier({ modelsDir, startMs: 150 });
  await faultIs(starting, 'face.engine-failed');
  await t.resolves(starting.close());
});

test('without its models the verifier stays unfit and says which file', async (t) => {
  const unfit = createFaceVerifier({ modelsDir: t.testdir() });
  t.teardown(() => unfit.close());
  await t.rejects(unfit.enrol(photo(document)), { code: 'face.model-missing', detail: 'manifest.json' });
  t.equal(unfit.fault(), 'face.model-missing');
  await t.rejects(unfit.verify(), { code: 'face.model-missing' });
  await t.resolves(unfit.wipe());
});

test('a set that cannot judge a challenge is of use only where none is asked for', async (t) => {
  const dir = t.testdir();
  await modelFolder(modelsDir, dir, { keeps: (network) => network !== 'pose' });
  const unfit = createFaceVerifier({ modelsDir: dir });
  t.teardown(() => unfit.close());
  await t.rejects(unfit.enrol(photo(document)), { code: 'face.model-mismatch', detail: /pose/ });
  const staffed = createFaceVerifier({ modelsDir: dir, challenge: false });
  t.teardown(() => staffed.close());
  await t.resolves(staffed.enrol(photo(document)));
});

test('closing rejects the calls in progress and may be repeated', async (t) => {
  const closing = createFaceVerifier({ modelsDir });
  const call = t.rejects(closing.enrol(photo(document)), { code: 'face.engine-failed' });
  await Promise.all([closing.close(), closing.close(), call]);
  await t.rejects(closing.verify(), { code: 'face.engine-failed' });
});
