import { test, type Test } from 'tap';
import { LitCamera } from '../../src/kiosk/lit-camera.js';
import { withResolvers } from '../../src/lib/with-resolvers.js';
import { faultIs } from '../support/device-state.js';
import { emulatedCamera } from '../support/emulated-camera.js';

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);

async function open(t: Test, light: (on: boolean) => Promise<void>) {
  const { virtual, camera } = await emulatedCamera(t, () => JPEG);
  return { virtual, camera: new LitCamera(camera, light) };
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
