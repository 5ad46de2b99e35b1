import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import t from 'tap';
import { createCamera } from '../../../drivers/camera/create.js';
import { MemoryFolder } from '../../../drivers/camera/memory-folder.js';
import { cameraContract } from '../../contract/camera.js';
import { faultIs } from '../../support/device-state.js';
import { cameraProgram, newFolder, picture, startHardware } from './hardware.js';

const SHM = '/dev/shm';
const dir = await newFolder(t);
await mkdir(join(dir, 'bin'));
await cameraProgram(join(dir, 'bin/fswebcam'));
process.env['PATH'] = [join(dir, 'bin'), process.env['PATH']].join(delimiter);

/** A tmpfs folder of this test's own. */
const memory = await mkdtemp(join(SHM, 'camera-test-'));
t.teardown(() => rm(memory, { recursive: true, force: true }));
const size = { width: 1_280, height: 720, startMs: 5_000 };
const still = (device: string, memoryDir = memory) =>
  createCamera('camera', { driver: 'still', device, memoryDir, ...size });
let cameras = 0;

cameraContract(
  t,
  'still camera',
  async () => {
    const device = join(dir, `${++cameras}.sock`);
    const hardware = await startHardware(device);
    return { ...hardware, camera: still(device) };
  },
  { perSecond: [0.5, 20] },
);

void t.test('nothing is left in memory when the camera was closed', async (t) => {
  t.same(await readdir(memory), []);
});

void t.test('who cleans up in memory disturbs one picture', async (t) => {
  const device = join(dir, 'cleaned.sock');
  const hardware = await startHardware(device);
  const camera = still(device);
  t.teardown(() => Promise.all([camera.close(), hardware.close()]));
  await faultIs(camera, undefined);
  for (const name of await readdir(memory)) await rm(join(memory, name), { recursive: true });
  await t.rejects(camera.frames(new AbortController().signal)[Symbol.asyncIterator]().next(), {
    code: 'camera.offline',
  });
  await faultIs(camera, undefined);
});

void t.test('a folder that is not in memory is refused', async (t) => {
  for (const memoryDir of ['/proc', join(memory, 'none')]) {
    const camera = still('/dev/video99', memoryDir);
    t.teardown(() => camera.close());
    await faultIs(camera, 'camera.not-in-memory');
    await t.rejects(camera.frames(new AbortController().signal)[Symbol.asyncIterator]().next(), {
      code: 'camera.not-in-memory',
      detail: memoryDir,
    });
  }
});

void t.test('what a shell would take apart is no device', (t) => {
  for (const device of ['/dev/video0; reboot', '$(id)', '/dev/a b', "x'", 'a\nb', '`id`', '/dev/video0&'])
    t.throws(() => still(device), { code: 'config.invalid', detail: /camera\.device/ });
  t.throws(() => still('/dev/video0', '/dev/shm; id'), { code: 'config.invalid', detail: /camera\.memoryDir/ });
  t.end();
});

void t.test(
  'what a process left behind that is no more is overwritten and removed; of one that runs it stays',
  async (t) => {
    const abandoned = join(memory, 'simkiosk-still-4194000.1-abcdef');
    const file = join(abandoned, 'picture.jpg');
    await mkdir(abandoned, { mode: 0o700 });
    await writeFile(file, picture);
    // A second name shows what became of the bytes.
    await link(file, join(memory, 'seen'));
    const mine = await MemoryFolder.open(memory);
    t.equal((await stat(mine.path)).mode & 0o777, 0o700);
    t.ok((await readFile(join(memory, 'seen'))).every((byte) => byte === 0));
    const other = await MemoryFolder.open(memory);
    t.same(
      (await readdir(memory)).map((name) => join(memory, name)).sort(),
      [join(memory, 'seen'), mine.path, other.path].sort(),
    );
    await Promise.all([mine.close(), other.close()]);
    t.same(await readdir(memory), ['seen']);
  },
);

void t.test('a picture that was read is overwritten where it lay', async (t) => {
  const folder = await MemoryFolder.open(memory);
  t.teardown(() => folder.close());
  await writeFile(join(folder.path, 'picture.jpg'), picture);
  const seen = join(memory, 'seen-again');
  await link(join(folder.path, 'picture.jpg'), seen);
  t.same(await folder.take('picture.jpg'), picture);
  t.ok((await readFile(seen)).every((byte) => byte === 0));
  t.same(await readdir(folder.path), []);
  await t.rejects(folder.take('picture.jpg'), { code: 'camera.offline' });
});

void t.test('a missing program is named', async (t) => {
  const path = process.env['PATH'];
  t.teardown(() => (process.env['PATH'] = path));
  const tools = join(dir, 'tools');
  await mkdir(tools);
  for (const tool of ['timeout', 'test']) {
    const place = execFileSync('/bin/sh', ['-c', `command -v -- ${tool}`], { encoding: 'utf8' }).trim();
    if (place.startsWith('/')) await writeFile(join(tools, tool), `#!/bin/sh\nexec ${place} "$@"\n`);
    if (place.startsWith('/')) await chmod(join(tools, tool), 0o755);
  }
  process.env['PATH'] = tools;
  const camera = still('/dev/video99');
  t.teardown(() => camera.close());
  await faultIs(camera, 'camera.program-missing');
});
