import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { EmulatedCamera } from '../../drivers/camera/emulated.js';
import { VirtualCamera } from '../../drivers/emulator/camera/virtual-camera.js';
import type { Camera } from '../../src/contracts/camera.js';
import { createFaceVerifier } from '../../src/face/verifier.js';
import { testCamera } from '../../src/kiosk/device-tests.js';
import { modelsDir } from '../../src/lib/paths.js';
import { faultIs } from '../support/device-state.js';
import { numbered } from '../drivers/camera/hardware.js';

/** A virtual camera, seen through one that remembers every buffer it gave away. */
async function bench(t: Test) {
  const dir = await mkdtemp(join(tmpdir(), 'device-tests-'));
  const socket = join(dir, 'camera.sock');
  const hardware = await VirtualCamera.listen(socket, () => numbered(1));
  const inner = new EmulatedCamera({ name: 'camera', socket });
  const verifier = createFaceVerifier({ modelsDir });
  t.teardown(async () => {
    await Promise.all([inner.close(), hardware.close(), verifier.close()]);
    await rm(dir, { recursive: true });
  });
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
        if (given.length === 5) hardware.faults.stalled = broken;
      }
    },
  };
  let broken = false;
  await faultIs(camera, undefined);
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
