import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { EmulatedCamera } from '../../drivers/camera/emulated.js';
import { VirtualCamera } from '../../drivers/emulator/camera/virtual-camera.js';
import { LitCamera } from '../../src/kiosk/lit-camera.js';
import { withResolvers } from '../../src/lib/with-resolvers.js';
import { faultIs } from '../support/device-state.js';

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);

async function open(t: Test, light: (on: boolean) => Promise<void>) {
  const dir = await mkdtemp(join(tmpdir(), 'lit-'));
  const socket = join(dir, 'camera.sock');
  const virtual = await VirtualCamera.listen(socket, () => JPEG);
  const camera = new LitCamera(new EmulatedCamera({ name: 'camera', socket }), light);
  t.teardown(async () => {
    await camera.close();
    await virtual.close();
    await rm(dir, { recursive: true });
  });
  await faultIs(camera, undefined);
  return { virtual, camera };
}

test('the camera waits for its light', async (t) => {
  const { promise: lit, resolve } = withResolvers<undefined>();
  const { virtual, camera } = await open(t, () => lit);
  let pictures = 0;
  virtual.onPicture(() => (pictures += 1));
  const stop = new AbortController();
  const first = camera.frames(stop.signal)[Symbol.asyncIterator]().next();
  t.equal(pictures, 0);
  resolve(undefined);
  t.ok((await first).value);
  stop.abort();
});

test('of several users the last one puts out the light', async (t) => {
  const said: boolean[] = [];
  const light = (on: boolean): Promise<void> => {
    said.push(on);
    return Promise.resolve();
  };
  const { camera } = await open(t, light);
  const cool = camera.warm();
  const stop = new AbortController();
  for await (const frame of camera.frames(stop.signal)) {
    frame.jpeg.fill(0);
    t.notOk(said.includes(false));
    break;
  }
  t.notOk(said.includes(false), 'still warm');
  cool();
  t.equal(said.at(-1), false);
});

test('a camera that fails puts out the light', async (t) => {
  const said: boolean[] = [];
  const { virtual, camera } = await open(t, (on) => {
    said.push(on);
    return Promise.resolve();
  });
  await virtual.unplug();
  await faultIs(camera, 'camera.offline');
  const frames = camera.frames(new AbortController().signal)[Symbol.asyncIterator]();
  await t.rejects(frames.next(), { code: 'camera.offline' });
  t.same(said, [true, false]);
});
