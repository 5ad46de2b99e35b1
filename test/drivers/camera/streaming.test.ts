import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { createCamera } from '../../../drivers/camera/create.js';
import { StreamingCamera } from '../../../drivers/camera/streaming.js';
import { cameraContract } from '../../contract/camera.js';
import { faultIs } from '../../support/device-state.js';
import {
  cameraProgram,
  monotonicMs,
  newFolder,
  nodeProgram,
  numberOf,
  shellScript,
  startHardware,
} from './hardware.js';

const dir = await newFolder(t);
const command = await cameraProgram(join(dir, 'ffmpeg'));
const size = { width: 1_280, height: 720, fps: 15, startMs: 5_000 };
let cameras = 0;

cameraContract(t, 'streaming camera', async () => {
  const device = join(dir, `${++cameras}.sock`);
  const hardware = await startHardware(device);
  return { ...hardware, camera: createCamera('camera', { driver: 'v4l2', device, command, format: 'mjpeg', ...size }) };
});

void t.test('pictures that piled up while the program was held up are not shown', async (t) => {
  const free = await shellScript(join(dir, 'free'), `exec ${nodeProgram('free-running')}`);
  const camera = new StreamingCamera('camera', { program: { command: free, args: [] }, startMs: 5_000 });
  t.teardown(() => camera.close());
  await faultIs(camera, undefined);
  const ages: number[] = [];
  for await (const { jpeg, at } of camera.frames(new AbortController().signal)) {
    const age = monotonicMs() - numberOf(jpeg);
    t.ok(at <= performance.now());
    ages.push(age);
    if (ages.length === 6) break;
    if (ages.length === 3) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
  }
  t.ok(Math.max(...ages) < 600, `${ages.join(', ')} ms old`);
});

void t.test('the program ends with the service, even if that is killed', async (t) => {
  const device = join(dir, 'killed.sock');
  const hardware = await startHardware(device);
  t.teardown(() => hardware.close());
  const pidFile = join(dir, 'pid');
  const noted = await shellScript(join(dir, 'noted'), `echo $$ >'${pidFile}'\nexec '${command}' "$@"`);
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const service = spawn('/bin/sh', ['-c', `exec ${nodeProgram('service')} '${noted}' '${device}'`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(service.stdout, 'data');
    const pid = (await readFile(pidFile, 'utf8')).trim();
    service.kill(signal);
    // Ends when that process does.
    await once(spawn('tail', ['--pid', pid, '-f', '/dev/null']), 'exit');
    t.pass(`${signal}: the program is gone`);
  }
});
