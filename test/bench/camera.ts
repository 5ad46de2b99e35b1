import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createCamera, type CameraOptions } from '../../drivers/camera/create.js';
import { ConfigSchema } from '../../src/config/schema.js';
import { KioskError } from '../../src/errors.js';
import { faultIs } from '../support/device-state.js';
import { testPictures } from '../support/test-pictures.js';

/**
 * Prints what a camera costs: `node dist/test/bench/camera.js ['{"driver":"v4l2","device":"/dev/video0"}']`, a `camera` of
 * the configuration; left out, `ffmpeg` draws the pictures itself. First picture of several starts, then the rate, and the
 * share of one processor that the driver and its programs take.
 */
const STARTS = 5;
const WATCH_MS = 10_000;
/** `sysconf(_SC_CLK_TCK)` of every Linux that Node runs on. */
const TICK_MS = 10;

/** Processor time of everything this process has started, ended or not. Milliseconds. */
async function programsMs(): Promise<number> {
  const stats = new Map<number, { parent: number; own: number; waited: number }>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // proc(5): from the 3rd field on.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
    stats.set(Number(name), { parent, own: utime + stime, waited: cutime + cstime });
  }
  const below = (pid: number): number =>
    [...stats].reduce(
      (sum, [child, { parent, own }]) => sum + (parent === pid ? own + below(child) : 0),
      stats.get(pid)?.waited ?? 0,
    );
  return below(process.pid) * TICK_MS;
}

async function measure(options: CameraOptions): Promise<void> {
  const camera = createCamera('camera', options);
  await Promise.race([faultIs(camera, undefined), pause(WATCH_MS, undefined, { ref: false })]);
  const fault = camera.fault();
  if (fault) {
    await camera.close();
    throw new KioskError(fault);
  }
  const firsts: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const begun = performance.now();
    for await (const { jpeg, at } of camera.frames(new AbortController().signal)) {
      firsts.push(at - begun);
      jpeg.fill(0);
      break;
    }
  }
  const times: number[] = [];
  let bytes = 0;
  let before: { readonly driver: NodeJS.CpuUsage; readonly programs: number } | undefined;
  for await (const { jpeg, at } of camera.frames(new AbortController().signal)) {
    before ??= { driver: process.cpuUsage(), programs: await programsMs() };
    times.push(at);
    bytes += jpeg.length;
    jpeg.fill(0);
    if (at - (times[0] ?? 0) > WATCH_MS) break;
  }
  const [from = 0, to = 0] = [times[0], times.at(-1)];
  const spent = process.cpuUsage(before?.driver);
  const share = (ms: number): string => `${((100 * ms) / (to - from)).toFixed(1)} %`;
  const sorted = firsts.sort((a, b) => a - b);
  console.log(`first picture: median ${sorted[STARTS >> 1]?.toFixed(0)} ms, longest ${sorted.at(-1)?.toFixed(0)} ms`);
  console.log(
    `${(((times.length - 1) * 1_000) / (to - from)).toFixed(1)} pictures a second of ${Math.round(bytes / times.length / 1_000)} kB`,
  );
  console.log(
    `of one processor: driver ${share((spent.user + spent.system) / 1_000)}, programs ${share((await programsMs()) - (before?.programs ?? 0))}`,
  );
  await camera.close();
}

const [, , given] = process.argv;
const dir = await mkdtemp(join(tmpdir(), 'camera-bench-'));
try {
  const drawn = { driver: 'v4l2', device: dir, command: await testPictures(join(dir, 'ffmpeg')) };
  await measure(ConfigSchema.shape.camera.parse(given === undefined ? drawn : JSON.parse(given)));
} finally {
  await rm(dir, { recursive: true });
}
