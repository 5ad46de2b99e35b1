import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { createCamera } from '../../../drivers/camera/create.js';
import { JpegSplitter } from '../../../drivers/camera/jpeg-splitter.js';
import { ffmpeg } from '../../../drivers/camera/programs.js';
import { cameraContract } from '../../contract/camera.js';
import { testPictures } from '../../support/test-pictures.js';
import { newFolder } from './hardware.js';

const dir = await newFolder(t);
const device = join(dir, 'video');
/** ffmpeg was told to end, and a camera that is off within this time was switched off. Milliseconds. */
const END_MS = 2_000;

/** Whether a program of this process runs (proc(5)). */
const runs = (): boolean => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8') !== '';

if (spawnSync('ffmpeg', ['-version']).error) {
  void t.test('ffmpeg', { skip: 'ffmpeg is not installed' }, () => undefined);
} else {
  const command = await testPictures(join(dir, 'ffmpeg'));
  void t.test('pictures that come earlier than the rate says are encoded like any', (t) => {
    const size = { width: 640, height: 480, fps: 15 };
    const { args } = ffmpeg({ device: '-', format: 'yuyv422', command: 'ffmpeg', ...size });
    const encoding = args.slice(args.indexOf('-i') + 2, -1);
    const uneven = "testsrc2=s=640x480:r=15,settb=1/1000000,setpts='(N/15-0.06*mod(N,2))/TB'";
    const all = ['-v', 'error', '-f', 'lavfi', '-i', uneven, ...encoding, '-frames:v', '40', 'pipe:1'];
    const { stdout, stderr } = spawnSync('ffmpeg', all, { maxBuffer: 1 << 24 });
    t.equal(new JpegSplitter().push(stdout).length, 40, stderr.toString());
    t.end();
  });

  const plugIn = (): Promise<void> => writeFile(device, '');
  for (const format of ['mjpeg', 'yuyv422']) {
    const create = async () => {
      await plugIn();
      const size = { width: 1_280, height: 720, fps: 15, startMs: 5_000 };
      return {
        camera: createCamera('camera', { driver: 'v4l2', device, command, format, ...size }),
        off: async () => {
          for (const until = performance.now() + END_MS; runs();) {
            if (performance.now() > until) throw new Error('ffmpeg still runs');
            await new Promise(setImmediate);
          }
        },
        suffer: () => undefined,
        unplug: () => rm(device),
        plugIn,
        close: () => Promise.resolve(),
      };
    };
    cameraContract(t, `ffmpeg, ${format}`, create, { counts: false, faults: [] });
  }
}
