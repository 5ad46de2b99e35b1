import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { EmulatedCamera } from '../../drivers/camera/emulated.js';
import { VirtualCamera, type Pictures } from '../../drivers/emulator/camera/virtual-camera.js';
import { faultIs } from './device-state.js';

/** A camera that sees these pictures and is ready, and the hardware behind it; closed with the test. */
export async function emulatedCamera(t: Test, pictures: Pictures) {
  const dir = await mkdtemp(join(tmpdir(), 'camera-'));
  const socket = join(dir, 'camera.sock');
  const virtual = await VirtualCamera.listen(socket, pictures);
  const camera = new EmulatedCamera({ name: 'camera', socket });
  t.teardown(async () => {
    await camera.close();
    await virtual.close();
    await rm(dir, { recursive: true });
  });
  await faultIs(camera, undefined);
  return { virtual, camera };
}
