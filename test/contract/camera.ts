import sharp from 'sharp';
import type { Test } from 'tap';
import type { Camera, Frame } from '../../src/contracts/camera.js';
import { faultIs, holds } from '../support/device-state.js';

/** How the hardware may fail while it is connected. */
export type CameraFault = 'stalled' | 'garbage' | 'huge';

/** A camera, and somebody beside it who counts its pictures and breaks it. */
export interface CameraBench {
  readonly camera: Camera;
  /** Pictures that the hardware took so far; each carries its number. */
  readonly taken: () => number;
  readonly onTaken: (listener: () => void) => () => void;
  /** The number of a picture, from 1. */
  readonly numberOf: (jpeg: Uint8Array) => number;
  /** From now on every picture is like this. */
  readonly suffer: (fault: CameraFault | undefined) => void;
  readonly unplug: () => Promise<void>;
  readonly plugIn: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const STALLED_MS = 2_000;
const never = (): AbortSignal => new AbortController().signal;
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

const pictures = ({ taken, onTaken }: CameraBench, until: number): Promise<void> =>
  holds(onTaken, () => taken() >= until);

/** Takes so many frames, then switches off. */
async function take({ camera }: CameraBench, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of camera.frames(never())) {
    frames.push(frame);
    if (frames.length === count) break;
  }
  return frames;
}

/** Iterates until it ends. */
async function watch(
  camera: Camera,
  signal = never(),
  onFrame: (frame: Frame) => void = () => undefined,
): Promise<void> {
  for await (const frame of camera.frames(signal)) onFrame(frame);
}

/** What every camera driver promises (`src/contracts/camera.ts`). */
export function cameraContract(t: Test, name: string, create: () => Promise<CameraBench>): void {
  const open = async (t: Test): Promise<CameraBench> => {
    const bench = await create();
    t.teardown(async () => {
      await bench.camera.close();
      await bench.close();
    });
    await faultIs(bench.camera, undefined);
    return bench;
  };
  const test = (title: string, run: (t: Test, bench: CameraBench) => Promise<void>): void => {
    void t.test(`${name}: ${title}`, async (t) => run(t, await open(t)));
  };
  /** Fails if the camera takes a picture while another one takes some, after what was under way is over. */
  const staysOff = async (t: Test, { taken }: CameraBench): Promise<void> => {
    const other = await open(t);
    await take(other, 3);
    const before = taken();
    await take(other, 6);
    t.equal(taken(), before, 'no picture is taken');
  };

  test('about 15 pictures a second come, each a whole JPEG of 640×480 or more', async (t, bench) => {
    const frames = await take(bench, 16);
    const times = frames.map(({ at }) => at);
    t.ok(times.every((at, i) => at <= performance.now() && (i === 0 || at > (times[i - 1] ?? at))));
    const perSecond = 15_000 / ((times.at(-1) ?? 0) - (times[0] ?? 0));
    t.ok(perSecond > 8 && perSecond < 20, `${perSecond.toFixed(1)} a second`);
    for (const { jpeg } of frames) {
      const { format, width, height } = await sharp(jpeg, { failOn: 'warning' }).metadata();
      t.ok(format === 'jpeg' && width >= 640 && height >= 480);
      await sharp(jpeg, { failOn: 'warning' }).raw().toBuffer();
    }
  });

  test('nothing is taken before the frames are iterated', async (t, bench) => {
    const frames = bench.camera.frames(never());
    await staysOff(t, bench);
    for await (const frame of frames) {
      t.ok(bench.numberOf(frame.jpeg) > 0);
      break;
    }
  });

  test('nothing is taken after the frames were left, and they can be iterated again', async (t, bench) => {
    await take(bench, 2);
    await staysOff(t, bench);
    const before = bench.taken();
    const [frame] = await take(bench, 1);
    t.ok(frame && bench.numberOf(frame.jpeg) > before, 'a new picture, none from before');
  });

  test('an abort ends the frames normally and switches the camera off', async (t, bench) => {
    const abort = new AbortController();
    let seen = 0;
    await watch(bench.camera, abort.signal, () => {
      seen += 1;
      if (seen === 3) abort.abort();
    });
    t.equal(seen, 3);
    await watch(bench.camera, abort.signal, () => t.fail('aborted before it began'));
    t.equal(bench.camera.fault(), undefined);
    await staysOff(t, bench);
  });

  test('an abort ends the wait for a picture that does not come', async (t, bench) => {
    const abort = new AbortController();
    const watching = watch(bench.camera, abort.signal, () => {
      bench.suffer('stalled');
      setImmediate(() => abort.abort());
    });
    await watching;
    t.equal(bench.camera.fault(), undefined);
  });

  test('the newest picture wins: who is slow misses those between', async (t, bench) => {
    const numbers: number[] = [];
    const newest: number[] = [];
    for await (const { jpeg } of bench.camera.frames(never())) {
      numbers.push(bench.numberOf(jpeg));
      newest.push(bench.taken());
      if (numbers.length === 3) break;
      await pictures(bench, bench.taken() + 8);
    }
    // One picture may be on its way from the hardware.
    t.ok(numbers.every((number, i) => number >= (newest[i] ?? 0) - 1 && number <= (newest[i] ?? 0)));
    t.ok(
      numbers.every((number, i) => i === 0 || number >= (numbers[i - 1] ?? 0) + 7),
      numbers.join(),
    );
  });

  test('a camera that is lost is offline, and comes back by itself', async (t, bench) => {
    const { camera } = bench;
    const lost = t.rejects(
      watch(camera, never(), () => void bench.unplug()),
      { code: 'camera.offline' },
    );
    await lost;
    await faultIs(camera, 'camera.offline');
    await t.rejects(watch(camera), { code: 'camera.offline' });
    await bench.plugIn();
    await faultIs(camera, undefined);
    t.equal((await take(bench, 2)).length, 2);
  });

  test('a camera that sends no pictures has stalled after two seconds, and is well when they come', async (t, bench) => {
    const { camera } = bench;
    let last = 0;
    const watching = watch(camera, never(), ({ at }) => {
      last = at;
      bench.suffer('stalled');
    });
    await t.rejects(watching, { code: 'camera.stalled' });
    const waited = performance.now() - last;
    t.ok(waited > STALLED_MS - 50 && waited < STALLED_MS + 1_000, `${Math.round(waited)} ms`);
    t.equal(camera.fault(), 'camera.stalled');
    await t.rejects(watch(camera), { code: 'camera.stalled' });
    bench.suffer(undefined);
    await faultIs(camera, undefined);
    t.equal((await take(bench, 2)).length, 2);
  });

  for (const fault of ['garbage', 'huge'] as const)
    test(`${fault} data are reported as such until pictures come again`, async (t, bench) => {
      const { camera } = bench;
      const faults: unknown[] = [];
      const watching = watch(camera, never(), () => bench.suffer(fault));
      await t.rejects(watching, { code: 'camera.garbage' });
      t.equal(camera.fault(), 'camera.garbage');
      camera.onChange(() => faults.push(camera.fault()));
      await pictures(bench, bench.taken() + 2);
      t.equal(camera.fault(), 'camera.garbage', 'as long as it lasts');
      bench.suffer(undefined);
      await faultIs(camera, undefined);
      t.same(faults, [undefined], 'and nothing else in between');
      t.equal((await take(bench, 2)).length, 2);
    });

  test('a closed camera ends what is under way, leaves no timer, and may be closed again', async (t, bench) => {
    const { camera } = bench;
    const before = timers();
    const other = await create();
    t.teardown(() => other.close());
    await faultIs(other.camera, undefined);
    const frames = other.camera.frames(never())[Symbol.asyncIterator]();
    t.notOk((await frames.next()).done);
    const waiting = t.rejects(frames.next(), { code: 'camera.offline' });
    let changes = 0;
    other.camera.onChange(() => (changes += 1));
    await other.camera.close();
    await waiting;
    await other.camera.close();
    await t.rejects(watch(other.camera), { code: 'camera.offline' });
    await other.close();
    t.equal(changes, 0);
    t.ok(timers() <= before, 'no timer is left');
    t.equal(camera.fault(), undefined);
  });
}
