import { test, type Test } from 'tap';
import { EmulatedCamera } from '../../drivers/camera/emulated.js';
import { Film } from '../../src/kiosk/film.js';
import { emulatedCamera } from '../support/emulated-camera.js';

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);

/** A film of which one frame was seen, and the next one does not come. */
async function stuck(t: Test) {
  let isFilming = true;
  const { camera } = await emulatedCamera(t, () => (isFilming ? JPEG : undefined));
  const unneeded = new AbortController();
  const film = new Film(camera, unneeded.signal);
  const frames = film[Symbol.asyncIterator]();
  t.equal((await frames.next()).done, false);
  isFilming = false;
  // What was on its way may still come.
  const rest = (async () => {
    for (;;) if ((await frames.next()).done) return 'over';
  })();
  return { film, unneeded, rest };
}

test('the camera stops with the capture', async (t) => {
  const { film, rest } = await stuck(t);
  film.end();
  t.equal(await rest, 'over');
});

test('the camera stops when nobody needs the capture any more', async (t) => {
  const { unneeded, rest } = await stuck(t);
  unneeded.abort();
  t.equal(await rest, 'over');
});

test('a capture that asked for no frame ends as well', (t) => {
  const { signal } = new AbortController();
  const camera = new EmulatedCamera({ name: 'camera', socket: '/nowhere' });
  t.teardown(() => camera.close());
  const film = new Film(camera, signal);
  t.doesNotThrow(() => film.end());
  t.end();
});
