import sharp from 'sharp';
import type { Test } from 'tap';
import type { Camera, Frame } from '../../src/contracts/camera.js';
import { faultIs, holds } from '../support/device-state.js';

/** How the hardware may fail while it is connected. */
export type CameraFault = 'stalled' | 'garbage' | 'huge';

/** Somebody who counts the pictures that the hardware takes. */
export interface PictureCount {
  /** Pictures that were taken so far; each carries its number. */
  readonly taken: () => number;
  readonly onTaken: (listener: () => void) => () => void;
  /** The number of a picture, from 1. */
  readonly numberOf: (jpeg: Uint8Array) => number;
}

/** A camera, and somebody beside it who watches and breaks it. */
export interface CameraBench {
  readonly camera: Camera;
  readonly count?: PictureCount;
  /** Where pictures cannot be counted: resolves once the hardware is off. */
  readonly off?: () => Promise<void>;
  /** From now on every picture is like this. */
  readonly suffer: (fault: CameraFault | undefined) => void;
  readonly unplug: () => Promise<void>;
  readonly plugIn: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What this hardware can do, where it differs from a good camera whose every fault can be played. */
export interface CameraAbilities {
  readonly perSecond?: readonly [least: number, most: number];
  /** How much later a busy machine may notice it. */
  readonly lateMs?: number;
  /** Its pictures are counted and numbered, as `count` says. */
  readonly counts?: boolean;
  readonly faults?: readonly CameraFault[];
}

/** How long a camera may go without a picture. */
const STALLED_MS = 2_000;

const never = (): AbortSignal => new AbortController().signal;
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

const pictures = ({ taken, onTaken }: PictureCount, until: number): Promise<void> =>
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
  onFrame: (frame: Frame) => unknown = () => undefined,
): Promise<void> {
  for await (const frame of camera.frames(signal)) onFrame(frame);
}

/** What every camera driver promises (`src/contracts/camera.ts`), but for what the hardware is said not to be able to play. */
export function cameraContract(
  t: Test,
  name: string,
  create: () => Promise<CameraBench>,
  abilities: CameraAbilities = {},
): void {
  const { perSecond = [8, 20], lateMs = 1_000, counts = true } = abilities;
  const { faults = ['stalled', 'garbage', 'huge'] } = abilities;
  const open = async (t: Test): Promise<CameraBench> => {
    const bench = await create();
    t.teardown(async () => {
      await bench.camera.close();
      await bench.close();
    });
    await faultIs(bench.camera, undefined);
    return bench;
  };
  const test = (title: string, run: (t: Test, bench: CameraBench) => Promise<void>, playable = true): void => {
    if (playable) void t.test(`${name}: ${title}`, async (t) => run(t, await open(t)));
  };
  const countOf = ({ count }: CameraBench): PictureCount => {
    if (!count) throw new Error('this bench does not count');
    return count;
  };
  /** Fails if the camera takes a picture while another one takes some, after what was under way is over. */
  const staysOff = async (t: Test, { count, off }: CameraBench): Promise<void> => {
    if (!count) {
      await off?.();
      return;
    }
    const other = await open(t);
    await take(other, 3);
    const before = count.taken();
    await take(other, 6);
    t.equal(count.taken(), before, 'no picture is taken');
  };

  test(`${perSecond.join(' to ')} pictures a second come, each a whole JPEG of 640×480 or more`, async (t, bench) => {
    const count = perSecond[0] < 1 ? 4 : 16;
    const frames = await take(bench, count);
    const times = frames.map(({ at }) => at);
    t.ok(times.every((at, i) => at <= performance.now() && (i === 0 || at > (times[i - 1] ?? at))));
    const rate = ((count - 1) * 1_000) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
    t.ok(rate > perSecond[0] && rate < perSecond[1], `${rate.toFixed(1)} a second`);
    for (const { jpeg } of frames) {
      const { format, width, height } = await sharp(jpeg, { failOn: 'warning' }).metadata();
      t.ok(format === 'jpeg' && width >= 640 && height >= 480);
      await sharp(jpeg, { failOn: 'warning' }).raw().toBuffer();
    }
  });

  test('nothing is taken before the frames are iterated', async (t, bench) => {
    const frames = bench.camera.frames(never());
    await staysOff(t, bench);
    for await (const { jpeg } of frames) {
      t.ok(jpeg.length > 0);
      break;
    }
  });

  test('nothing is taken after the frames were left, and they can be iterated again', async (t, bench) => {
    await take(bench, 2);
    await staysOff(t, bench);
    const before = bench.count?.taken() ?? 0;
    const [frame] = await take(bench, 1);
    t.ok(frame && (bench.count?.numberOf(frame.jpeg) ?? 1) > before, 'a new picture, none from before');
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

  test(
    'an abort ends the wait for a picture that does not come',
    async (t, bench) => {
      const abort = new AbortController();
      const watching = watch(bench.camera, abort.signal, () => {
        bench.suffer('stalled');
        setImmediate(() => abort.abort());
      });
      await watching;
      t.equal(bench.camera.fault(), undefined);
    },
    faults.includes('stalled'),
  );

  test(
    'a warm camera takes pictures that nobody sees, and goes off when it need not be warm any more',
    async (t, bench) => {
      const count = countOf(bench);
      const before = count.taken();
      const cool = bench.camera.warm();
      await pictures(count, before + 4);
      const begun = performance.now();
      const [first] = await take(bench, 1);
      t.ok(first && first.at >= begun, 'the first picture is a new one');
      await pictures(count, count.taken() + 3);
      cool();
      await staysOff(t, bench);
    },
    counts,
  );

  test(
    'the newest picture wins: who is slow misses those between',
    async (t, bench) => {
      const count = countOf(bench);
      const numbers: number[] = [];
      const newest: number[] = [];
      for await (const { jpeg } of bench.camera.frames(never())) {
        numbers.push(count.numberOf(jpeg));
        newest.push(count.taken());
        if (numbers.length === 3) break;
        await pictures(count, count.taken() + 8);
      }
      // One picture may be on its way from the hardware.
      t.ok(numbers.every((number, i) => number >= (newest[i] ?? 0) - 1 && number <= (newest[i] ?? 0)));
      t.ok(
        numbers.every((number, i) => i === 0 || number >= (numbers[i - 1] ?? 0) + 7),
        numbers.join(),
      );
    },
    counts,
  );

  test('a camera that is lost is offline, and comes back by itself', async (t, bench) => {
    const { camera } = bench;
    let unplugged: Promise<void> | undefined;
    const watching = watch(camera, never(), () => (unplugged ??= bench.unplug()));
    await t.rejects(watching, { code: 'camera.offline' });
    await unplugged;
    await faultIs(camera, 'camera.offline');
    await t.rejects(watch(camera), { code: 'camera.offline' });
    await bench.plugIn();
    await faultIs(camera, undefined);
    t.equal((await take(bench, 2)).length, 2);
  });

  test('a camera that is lost while it is off is offline, too', async (t, bench) => {
    const lost = faultIs(bench.camera, 'camera.offline');
    await bench.unplug();
    await lost;
    await bench.plugIn();
    await faultIs(bench.camera, undefined);
    t.equal((await take(bench, 2)).length, 2);
  });

  test(
    'a camera that sends no pictures has stalled after 2 s, and is well when they come',
    async (t, bench) => {
      const { camera } = bench;
      let last = 0;
      const watching = watch(camera, never(), ({ at }) => {
        last = at;
        bench.suffer('stalled');
      });
      await t.rejects(watching, { code: 'camera.stalled' });
      const waited = performance.now() - last;
      t.ok(waited > STALLED_MS - 50 && waited < STALLED_MS + lateMs, `${Math.round(waited)} ms`);
      t.equal(camera.fault(), 'camera.stalled');
      await t.rejects(watch(camera), { code: 'camera.stalled' });
      bench.suffer(undefined);
      await faultIs(camera, undefined);
      t.equal((await take(bench, 2)).length, 2);
    },
    faults.includes('stalled'),
  );

  for (const fault of ['garbage', 'huge'] as const)
    test(
      `${fault} data are reported as such until pictures come again`,
      async (t, bench) => {
        const { camera } = bench;
        const count = countOf(bench);
        const faults: unknown[] = [];
        const watching = watch(camera, never(), () => bench.suffer(fault));
        await t.rejects(watching, { code: 'camera.garbage' });
        t.equal(camera.fault(), 'camera.garbage');
        camera.onChange(() => faults.push(camera.fault()));
        await pictures(count, count.taken() + 2);
        t.equal(camera.fault(), 'camera.garbage', 'as long as it lasts');
        bench.suffer(undefined);
        await faultIs(camera, undefined);
        t.same(faults, [undefined], 'and nothing else in between');
        t.equal((await take(bench, 2)).length, 2);
      },
      faults.includes(fault),
    );

  test('a closed camera ends what is under way, leaves no timer, and may be closed again', async (t, bench) => {
    const { camera } = bench;
    // Only one program at a time can hold some cameras.
    await camera.close();
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
  });
}
