import { test, type Test } from 'tap';
import type { Camera } from '../../src/contracts/camera.js';
import type { CardIdentifier } from '../../src/contracts/card-identifier.js';
import { createFaceVerifier } from '../../src/face/verifier.js';
import { testCamera, testDispenser } from '../../src/kiosk/device-tests.js';
import { modelsDir } from '../../src/lib/paths.js';
import { emulatedCamera } from '../support/emulated-camera.js';
import { HandClock } from '../support/hand-clock.js';
import { numbered } from '../drivers/camera/hardware.js';
import { openReadyBench } from '../drivers/card-dispenser/bench.js';

/** A virtual camera, seen through one that remembers every buffer it gave away. */
async function bench(t: Test) {
  const { virtual, camera: inner } = await emulatedCamera(t, () => numbered(1));
  const verifier = createFaceVerifier({ modelsDir });
  t.teardown(() => verifier.close());
  const given: Uint8Array[] = [];
  const camera: Camera = {
    name: inner.name,
    fault: () => inner.fault(),
    onChange: (listener) => inner.onChange(listener),
    warm: () => inner.warm(),
    close: () => inner.close(),
    async *frames(signal) {
      for await (const frame of inner.frames(signal)) {
        given.push(frame.jpeg);
        yield frame;
        if (given.length === 5) virtual.faults.stalled = broken;
      }
    },
  };
  let broken = false;
  const overwritten = (): boolean => given.every((jpeg) => jpeg.every((byte) => byte === 0));
  return { camera, verifier, given, overwritten, breakLater: () => (broken = true) };
}

test('the test of the camera says what it sees, and overwrites every frame', async (t) => {
  const { camera, verifier, given, overwritten } = await bench(t);
  const result = await testCamera({ camera, verifier }, true);
  t.match(result, { firstFrameMs: Number, perSecond: Number, width: 1_280, height: 720, faces: [] });
  t.same(Buffer.from(String(result['picture']), 'base64'), numbered(1));
  t.ok(Number(result['perSecond']) > 8 && Number(result['perSecond']) < 20);
  t.ok(given.length > 10 && overwritten());
});

test('a camera that breaks in the middle of its test leaves no frame behind', async (t) => {
  const { camera, verifier, given, overwritten, breakLater } = await bench(t);
  breakLater();
  await t.rejects(testCamera({ camera, verifier }, false), { code: 'camera.stalled' });
  t.ok(given.length >= 5 && overwritten());
});

test('a verifier that is not there leaves no frame behind', async (t) => {
  const { camera, verifier, given, overwritten } = await bench(t);
  await verifier.close();
  await t.rejects(testCamera({ camera, verifier }, false), { code: 'face.engine-failed' });
  t.ok(given.length > 10 && overwritten());
});

test('a feed that jams has the time to say so; one that never ends is called jammed and stopped', async (t) => {
  const { dispenser, world, running, started } = await openReadyBench(t, {}, { travelMs: 600_000 });
  const cardIdentifier = { expect: () => undefined } as CardIdentifier;
  const clock = new HandClock();
  world.jamHard();
  const feeding = started();
  const tried = testDispenser({ dispenser, cardIdentifier }, clock);
  const answered = t.rejects(tried, { code: 'dispenser.media-jam', detail: 'after 120000 ms' });
  await feeding;
  // Twice the time of `staging`, since a unit may be late for every attempt.
  clock.pass(90_000);
  clock.pass(30_000);
  await answered;
  t.same(running(), []);
});
