import { test } from 'tap';
import type { Frame } from '../../src/contracts/camera.js';
import { NewestFrame } from '../../src/face/newest-frame.js';

const frame = (at: number): Frame => ({ at, jpeg: Uint8Array.of(at) });

async function* camera(frames: readonly Frame[], end: Promise<void> = Promise.resolve()): AsyncGenerator<Frame> {
  yield* frames;
  await end;
}

test('a slow consumer gets the newest frame, and the ones it missed are overwritten', async (t) => {
  const frames = [frame(1), frame(2), frame(3)];
  const newest = new NewestFrame(camera(frames, new Promise(() => undefined)));
  await new Promise((resolve) => setImmediate(resolve));
  t.equal((await newest.next())?.at, 3);
  t.same(
    frames.map(({ jpeg }) => jpeg[0]),
    [0, 0, 3],
  );
});

test('a camera that ends is reported as ended, one that fails with its error', async (t) => {
  const ended = new NewestFrame(camera([]));
  t.equal(await ended.next(), undefined);
  const failing = new NewestFrame(camera([], Promise.reject(new Error('lost'))));
  await t.rejects(failing.next(), { message: 'lost' });
});

test('stopping ends the wait at once, even when the camera is stuck', async (t) => {
  const newest = new NewestFrame(camera([], new Promise(() => undefined)));
  const waiting = newest.next();
  newest.stop();
  t.equal(await waiting, undefined);
});
