import { test } from 'tap';
import { CameraCore } from '../../../drivers/camera/camera-core.js';
import type { FrameSink, FrameSource } from '../../../drivers/camera/frame-source.js';
import { KioskError } from '../../../src/errors.js';
import { Listeners } from '../../../src/lib/listeners.js';
import { holds } from '../../support/device-state.js';

/** A source that fails whenever it is started, unless it is let. */
class FailingSource implements FrameSource {
  readonly startMs = 200;
  readonly stallMs = 200;
  strayed = false;
  readonly starts: number[] = [];
  readonly started = new Listeners();
  fails = true;
  sink: FrameSink | undefined;

  start(sink: FrameSink): void {
    this.sink = sink;
    this.starts.push(performance.now());
    this.started.emit();
    if (this.fails) sink.fail(new KioskError('camera.offline', 'as told'));
  }

  stop(): void {
    this.sink = undefined;
  }

  drop(): void {
    this.sink = undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const starts = (source: FailingSource, count: number): Promise<void> =>
  holds(
    (look) => source.started.add(look),
    () => source.starts.length >= count,
  );

test('after a fault it is tried again, ever later, and soon again after a picture came', async (t) => {
  const source = new FailingSource();
  const camera = new CameraCore('camera', source);
  t.teardown(() => camera.close());
  await starts(source, 4);
  const pauses = source.starts.slice(1).map((at, i) => at - (source.starts[i] ?? 0));
  // 300 ms, doubling, each anywhere in its upper half.
  for (const [i, pause] of pauses.entries()) {
    const full = 300 * 2 ** i;
    t.ok(pause > full / 2 - 5 && pause < full + 200, `${Math.round(pause)} of ${full} ms`);
  }
  source.fails = false;
  await starts(source, 5);
  source.sink?.frame(new Uint8Array(1));
  t.equal(camera.fault(), undefined);
  const frames = camera.frames(new AbortController().signal).next();
  source.sink?.fail(new KioskError('camera.garbage'));
  await t.rejects(frames, { code: 'camera.garbage' });
  const failed = performance.now();
  await starts(source, 7);
  t.ok(performance.now() - failed < 500, 'as after the first failure');
});

test('what broke it says how: the detail is there for whoever asks for pictures', async (t) => {
  const camera = new CameraCore('camera', new FailingSource());
  t.teardown(() => camera.close());
  const asked = camera.frames(new AbortController().signal).next();
  await t.rejects(asked, { code: 'camera.offline', detail: 'as told' });
});

test('no picture but other bytes is garbage, neither is a stall', async (t) => {
  for (const strayed of [true, false]) {
    const source = new FailingSource();
    source.fails = false;
    source.strayed = strayed;
    const camera = new CameraCore('camera', source);
    t.teardown(() => camera.close());
    await new Promise<void>((resolve) => camera.onChange(resolve));
    t.equal(camera.fault(), strayed ? 'camera.garbage' : 'camera.stalled');
  }
});

test('the picture of the probe is overwritten, and so is one that comes when nobody wants any', (t) => {
  const source = new FailingSource();
  source.fails = false;
  const camera = new CameraCore('camera', source);
  t.teardown(() => camera.close());
  const { sink } = source;
  const [probe, late] = [Uint8Array.of(1), Uint8Array.of(1)] as const;
  sink?.frame(probe);
  t.equal(camera.fault(), undefined);
  sink?.frame(late);
  t.same([probe[0], late[0]], [0, 0]);
  t.end();
});
