import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import t, { type Test } from 'tap';
import { EmulatedCamera } from '../../../drivers/camera/emulated.js';
import { VirtualCamera, type Pictures } from '../../../drivers/emulator/camera/virtual-camera.js';
import { CameraPhotoSource } from '../../../drivers/id-reader/camera-photo.js';
import type { Camera, Frame } from '../../../src/contracts/camera.js';
import { faultIs } from '../../support/device-state.js';

const never = (): AbortSignal => new AbortController().signal;

async function page(sigma: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma } as const;
  const empty = { width: 160, height: 90, channels: 3, background: '#888' } as const;
  return sharp({ create: { ...empty, noise } })
    .jpeg()
    .toBuffer();
}

interface Bench {
  readonly source: CameraPhotoSource;
  readonly virtual: VirtualCamera;
  /** Every frame that the source was given. */
  readonly frames: readonly Frame[];
  /** Whether frames are asked for now. */
  readonly on: () => boolean;
}

async function bench(t: Test, pictures: Pictures, timeoutMs = 5_000): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  const socket = join(folder, 'page.sock');
  const virtual = await VirtualCamera.listen(socket, pictures);
  const camera = new EmulatedCamera({ name: 'photo', socket });
  const frames: Frame[] = [];
  let on = false;
  const watched: Camera = {
    name: camera.name,
    fault: () => camera.fault(),
    onChange: (listener) => camera.onChange(listener),
    warm: () => camera.warm(),
    close: () => camera.close(),
    async *frames(signal) {
      on = true;
      try {
        for await (const frame of camera.frames(signal)) {
          frames.push(frame);
          yield frame;
        }
      } finally {
        on = false;
      }
    },
  };
  const source = new CameraPhotoSource(watched, { timeoutMs });
  t.teardown(async () => {
    await source.close();
    await virtual.close();
    await rm(folder, { recursive: true });
  });
  await faultIs(source, undefined);
  return { source, virtual, frames, on: () => on };
}

const isWiped = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

void t.test(
  'the sharpest of the first pictures is the photograph; the others are overwritten and the camera goes off',
  async (t) => {
    const [dull, keen] = [await page(4), await page(60)];
    let shown = 0;
    const { source, frames, on } = await bench(t, () => ((shown += 1) % 4 === 0 ? keen : dull));
    const photo = await source.take(never());
    t.same(Buffer.from(photo), keen);
    t.notOk(on(), 'the camera is off');
    t.equal(frames.filter(({ jpeg }) => !isWiped(jpeg)).length, 1);
  },
);

void t.test('pictures that cannot be decoded do not count', async (t) => {
  const whole = await page(30);
  let shown = 0;
  const { source } = await bench(t, () => ((shown += 1) % 2 === 0 ? whole : whole.subarray(0, 400)));
  t.same(Buffer.from(await source.take(never())), whole);
});

void t.test('without a usable picture in time there is no photograph, and the next one works', async (t) => {
  const whole = await page(30);
  const { source, virtual, frames, on } = await bench(t, () => whole, 300);
  virtual.show(() => whole.subarray(0, 400));
  await t.rejects(source.take(never()), { code: 'document.photo-unreadable' });
  t.notOk(on());
  t.ok(frames.every(({ jpeg }) => isWiped(jpeg)));
  virtual.show(() => whole);
});

void t.test('a camera that is lost or sends garbage is what the photograph failed for', async (t) => {
  const whole = await page(30);
  const { source, virtual } = await bench(t, () => whole);
  virtual.faults.garbage = true;
  await t.rejects(source.take(never()), { code: 'camera.garbage' });
  t.equal(source.fault(), 'camera.garbage');
  virtual.faults.garbage = false;
  await faultIs(source, undefined);
  await virtual.unplug();
  await faultIs(source, 'camera.offline');
  await t.rejects(source.take(never()), { code: 'camera.offline' });
  await virtual.plugIn();
  await faultIs(source, undefined);
  t.same(Buffer.from(await source.take(never())), whole);
});

void t.test('a customer who leaves ends it, and no picture is left', async (t) => {
  const whole = await page(30);
  const stop = new AbortController();
  let shown = 0;
  const { source, frames } = await bench(t, () => {
    shown += 1;
    if (shown === 4) stop.abort(new Error('left'));
    return whole;
  });
  await t.rejects(source.take(stop.signal), { message: 'left' });
  await t.rejects(source.take(stop.signal), { message: 'left' }, 'at once');
  t.ok(frames.every(({ jpeg }) => isWiped(jpeg)));
});
