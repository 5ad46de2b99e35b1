import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ProgramSource } from '../../../drivers/camera/program-source.js';
import type { KioskError } from '../../../src/errors.js';
import { newFolder, picture, shellScript } from './hardware.js';

const dir = await newFolder(t);
let scripts = 0;
const script = (lines: string): Promise<string> => shellScript(join(dir, `talks-${++scripts}`), lines);

/** Runs a program until it fails. */
async function failureOf(command: string, args: readonly string[] = []): Promise<KioskError> {
  const source = new ProgramSource({ program: { command, args }, startMs: 5_000 });
  const error = await new Promise<KioskError>((resolve) =>
    source.start({ frame: () => undefined, fail: (failure) => resolve(failure) }),
  );
  await source.close();
  return error;
}

void t.test('a program that is not installed, or must not be run, is named', async (t) => {
  const locked = await script('exit 0');
  await chmod(locked, 0o644);
  for (const command of ['simkiosk-no-such-program', locked])
    t.match(await failureOf(command), { code: 'camera.program-missing', detail: command });
});

void t.test(
  'the last line that the program said is the detail, of bounded length and without control characters',
  async (t) => {
    const said = [
      ["echo first >&2; printf '\\033[31m/dev/video0: busy\\n\\n' >&2; exit 1", '[31m/dev/video0: busy'],
      ["head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 1", 'x'.repeat(200)],
      [
        "echo 'VIDIOC_DQBUF: No such device' >&2; echo 'ioctl(VIDIOC_QBUF): Bad file descriptor' >&2; exit 1",
        'VIDIOC_DQBUF: No such device',
      ],
      ['exit 3', 'talks-5 ended (3)'],
      ['kill -9 $$', 'talks-6 ended (SIGKILL)'],
    ] as const;
    for (const [lines, detail] of said)
      t.match(await failureOf(await script(lines)), { code: 'camera.offline', detail });
  },
);

void t.test('arguments that no program can be given are a camera that cannot be opened', async (t) => {
  t.match(await failureOf('true', ['\0']), { code: 'camera.offline' });
});

void t.test('the program is told nothing of the service: neither its credentials nor its manager', async (t) => {
  process.env['NOTIFY_SOCKET'] = '/run/notify';
  t.teardown(() => delete process.env['NOTIFY_SOCKET']);
  t.match(await failureOf(await script('echo "<$NOTIFY_SOCKET>" >&2')), { detail: '<>' });
});

void t.test('the last picture before the end is still delivered', async (t) => {
  const file = join(dir, 'picture.jpg');
  await writeFile(file, picture);
  const source = new ProgramSource({ program: { command: 'cat', args: [file, file] }, startMs: 5_000 });
  const frames: Uint8Array[] = [];
  await new Promise((resolve) => source.start({ frame: (jpeg) => void frames.push(jpeg), fail: resolve }));
  await source.close();
  t.same(frames, [picture, picture]);
});
